/// The dot product, summed in sixteen lanes of 32 bits so that it vectorizes.
pub fn dot_floats(left: &[f32], right: &[f32]) -> f32 {
    let mut lanes = [0f32; 16];
    let (left_blocks, right_blocks) = (left.chunks_exact(16), right.chunks_exact(16));
    let rest: f32 = left_blocks
        .remainder()
        .iter()
        .zip(right_blocks.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in left_blocks.zip(right_blocks) {
        for lane in 0..16 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    for width in [8, 4, 2, 1] {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
    }
    lanes[0] + rest
}

/// The dot product of bytes, exact up to 133,000 of them.
pub fn dot_bytes(left: &[i8], right: &[i8]) -> i32 {
    let (left_blocks, right_blocks) = (left.chunks_exact(16), right.chunks_exact(16));
    let rest: i32 = left_blocks
        .remainder()
        .iter()
        .zip(right_blocks.remainder())
        .map(|(&a, &b)| a as i32 * b as i32)
        .sum();
    blocks_of_bytes(left_blocks, right_blocks) + rest
}

type Blocks<'a> = core::slice::ChunksExact<'a, i8>;

/// Two instructions multiply sixteen bytes; the compiler does not find them by itself.
#[cfg(target_arch = "wasm32")]
fn blocks_of_bytes(left: Blocks, right: Blocks) -> i32 {
    use core::arch::wasm32::*;
    let mut sums = [i32x4_splat(0); 2];
    for (a, b) in left.zip(right) {
        // Sound: a block is sixteen bytes, and loads need no alignment.
        let (a, b) = unsafe { (v128_load(a.as_ptr().cast()), v128_load(b.as_ptr().cast())) };
        let low = i32x4_dot_i16x8(i16x8_extend_low_i8x16(a), i16x8_extend_low_i8x16(b));
        let high = i32x4_dot_i16x8(i16x8_extend_high_i8x16(a), i16x8_extend_high_i8x16(b));
        sums = [i32x4_add(sums[0], low), i32x4_add(sums[1], high)];
    }
    let sum = i32x4_add(sums[0], sums[1]);
    let halves = i32x4_add(sum, i32x4_shuffle::<2, 3, 0, 1>(sum, sum));
    i32x4_extract_lane::<0>(halves) + i32x4_extract_lane::<1>(halves)
}

#[cfg(not(target_arch = "wasm32"))]
fn blocks_of_bytes(left: Blocks, right: Blocks) -> i32 {
    left.zip(right)
        .map(|(a, b)| a.iter().zip(b).map(|(&a, &b)| a as i32 * b as i32).sum::<i32>())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_the_definition() {
        for length in [0, 1, 3, 15, 16, 17, 31, 32, 100, 384, 1_000] {
            let left: Vec<i8> = (0..length).map(|i| (i * 37 % 255) as i8).collect();
            let right: Vec<i8> = (0..length).map(|i| (i * 91 % 253) as i8).collect();
            let wanted: i32 = left.iter().zip(&right).map(|(&a, &b)| a as i32 * b as i32).sum();
            assert_eq!(dot_bytes(&left, &right), wanted);
            let floats = |bytes: &[i8]| bytes.iter().map(|&b| b as f32 / 8.0).collect::<Vec<_>>();
            let product = dot_floats(&floats(&left), &floats(&right)) as f64;
            assert!((product - wanted as f64 / 64.0).abs() <= 1e-3, "{product} {wanted}");
        }
    }

    #[test]
    fn the_greatest_bytes_do_not_overflow() {
        assert_eq!(dot_bytes(&[-127; 100_000], &[127; 100_000]), -127 * 127 * 100_000);
        assert_eq!(dot_bytes(&[-128; 100_000], &[-128; 100_000]), 128 * 128 * 100_000);
    }
}
