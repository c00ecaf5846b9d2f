/// How many 64-bit words of scratch memory the distance of two texts of these lengths takes.
pub const fn scratch_words(left: usize, right: usize) -> usize {
    let (pattern, text) = if left < right { (left, right) } else { (right, left) };
    let columns = text + 2 * EDGE;
    table_size(pattern) + LANES * (pattern + 1) + columns.div_ceil(2) + columns.div_ceil(8)
}

/// Insertions, deletions and replacements that make one text of code points the other (Levenshtein).
///
/// Myers's bit vectors in blocks of 64 rows, as Hyyrö gives them. Blocks go eight at a time, each one column behind the
/// one above it, so that as many chains of dependent steps run side by side.
pub fn edit_distance(left: &[u32], right: &[u32], scratch: &mut [u64]) -> u32 {
    let (pattern, text) = if left.len() < right.len() {
        (left, right)
    } else {
        (right, left)
    };
    if pattern.is_empty() {
        return text.len() as u32;
    }
    let columns = text.len() + 2 * EDGE;
    let (table, rest) = scratch.split_at_mut(table_size(pattern.len()));
    let (matches, rest) = rest.split_at_mut(LANES * (pattern.len() + 1));
    let (numbers, carries) = rest.split_at_mut(columns.div_ceil(2));
    let matches = matches.as_chunks_mut::<LANES>().0;
    let numbers = &mut halves(numbers)[..columns];
    let carries = &mut bytes(carries)[..columns];

    table.fill(0);
    let mut known = Numbering { table, count: 0 };
    for &letter in pattern {
        known.add(letter);
    }
    matches[..=known.count as usize].fill([0; LANES]);
    numbers.fill(0);
    for (number, &letter) in numbers[EDGE..].iter_mut().zip(text) {
        *number = known.find(letter);
    }
    carries.fill(1); // row 0 of the matrix rises by one from column to column

    let mut rows = pattern;
    while !rows.is_empty() {
        let lanes = match rows.len().div_ceil(64) {
            LANES.. => LANES,
            4.. => 4,
            2.. => 2,
            _ => 1,
        };
        let (taken, left) = rows.split_at(rows.len().min(64 * lanes));
        for (row, &letter) in taken.iter().enumerate() {
            matches[known.find(letter) as usize][row / 64] |= 1 << (row % 64);
        }
        let last_bit = (taken.len() - 1) as u32 % 64;
        match lanes {
            LANES => full_strip(numbers, matches, carries, last_bit),
            4 => strip::<4>(numbers, matches, carries, last_bit),
            2 => strip::<2>(numbers, matches, carries, last_bit),
            _ => strip::<1>(numbers, matches, carries, last_bit),
        }
        for &letter in taken {
            matches[known.find(letter) as usize] = [0; LANES];
        }
        rows = left;
    }
    // What is left of the carries is how the last row changes from column to column.
    let change: i32 = carries[EDGE..][..text.len()].iter().map(|&carry| carry as i32).sum();
    (pattern.len() as i32 + change) as u32
}

const LANES: usize = 8;
/// Columns without a letter on both sides of the text, where lanes wait for the others.
const EDGE: usize = LANES - 1;

/// Takes N blocks over the whole text. `carries` holds how the row above them changes from column to column, then how
/// their last row does.
///
/// Where nothing is carried in and no letter matches, a block that has not begun stays as it is and carries nothing out:
/// so the columns before the text change nothing. What comes of those behind it is never read.
fn strip<const N: usize>(numbers: &[u32], matches: &[[u64; LANES]], carries: &mut [i8], last_bit: u32) {
    let mut blocks = [Block {
        rising: !0,
        falling: 0,
        out_rising: 0,
        out_falling: 0,
    }; N];
    for first in EDGE..numbers.len() - EDGE + N - 1 {
        // From the last one up: each takes what the one above gave one column ago.
        for lane in (0..N).rev() {
            let column = first - lane;
            let (rising, falling) = if lane == 0 {
                let carry = carries[column];
                ((carry > 0) as u64, (carry < 0) as u64)
            } else {
                (blocks[lane - 1].out_rising, blocks[lane - 1].out_falling)
            };
            let equal = matches[numbers[column] as usize][lane];
            blocks[lane].step(equal, rising, falling, if lane == N - 1 { last_bit } else { 63 });
        }
        carries[first + 1 - N] = blocks[N - 1].out_rising as i8 - blocks[N - 1].out_falling as i8;
    }
}

/// The same for as many blocks as there are lanes, two in each vector.
#[cfg(target_arch = "wasm32")]
fn full_strip(numbers: &[u32], matches: &[[u64; LANES]], carries: &mut [i8], last_bit: u32) {
    use core::arch::wasm32::*;
    const PAIRS: usize = LANES / 2;
    let zero = i64x2_splat(0);
    let mut tops = [i64x2_splat(i64::MIN); PAIRS];
    tops[PAIRS - 1] = i64x2(i64::MIN, 1 << last_bit);
    // Carries are 0 or all ones.
    let (mut rising, mut falling) = ([i64x2_splat(!0); PAIRS], [zero; PAIRS]);
    let (mut out_rising, mut out_falling) = ([zero; PAIRS], [zero; PAIRS]);
    for first in EDGE..numbers.len() - EDGE + LANES - 1 {
        let carry = carries[first];
        let mut above = [i64x2_splat(-((carry > 0) as i64)), i64x2_splat(-((carry < 0) as i64))];
        let letters: &[u32; LANES] = numbers[first - EDGE..].first_chunk().unwrap_or(&[0; LANES]);
        for pair in 0..PAIRS {
            // Each block takes what the one above gave one column ago.
            let (given_rising, given_falling) = (out_rising[pair], out_falling[pair]);
            let in_rising = i64x2_shuffle::<1, 2>(above[0], given_rising);
            let in_falling = i64x2_shuffle::<1, 2>(above[1], given_falling);
            above = [given_rising, given_falling];
            let [upper, lower] = [2 * pair, 2 * pair + 1].map(|lane| matches[letters[EDGE - lane] as usize][lane]);
            let equal = u64x2(upper, lower);
            let vertical = v128_or(equal, falling[pair]);
            let equal = v128_or(equal, v128_and(in_falling, i64x2_splat(1)));
            let both = i64x2_add(v128_and(equal, rising[pair]), rising[pair]);
            let diagonal = v128_or(v128_xor(both, rising[pair]), equal);
            let up = v128_or(falling[pair], v128_not(v128_or(diagonal, rising[pair])));
            let down = v128_and(rising[pair], diagonal);
            out_rising[pair] = i64x2_ne(v128_and(up, tops[pair]), zero);
            out_falling[pair] = i64x2_ne(v128_and(down, tops[pair]), zero);
            let up = i64x2_sub(i64x2_shl(up, 1), in_rising);
            let down = i64x2_sub(i64x2_shl(down, 1), in_falling);
            rising[pair] = v128_or(down, v128_not(v128_or(vertical, up)));
            falling[pair] = v128_and(up, vertical);
        }
        let [rises, falls] = [out_rising, out_falling].map(|carries| i64x2_extract_lane::<1>(carries[PAIRS - 1]));
        carries[first - EDGE] = (falls - rises) as i8;
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn full_strip(numbers: &[u32], matches: &[[u64; LANES]], carries: &mut [i8], last_bit: u32) {
    strip::<LANES>(numbers, matches, carries, last_bit)
}

/// 64 rows of one column: where a cell is one more, or one less, than the cell above it.
#[derive(Clone, Copy)]
struct Block {
    rising: u64,
    falling: u64,
    out_rising: u64,
    out_falling: u64,
}

impl Block {
    #[inline(always)]
    fn step(&mut self, equal: u64, rising: u64, falling: u64, shift: u32) {
        let vertical = equal | self.falling;
        let equal = equal | falling;
        let diagonal = (((equal & self.rising).wrapping_add(self.rising)) ^ self.rising) | equal;
        let up = self.falling | !(diagonal | self.rising);
        let down = self.rising & diagonal;
        self.out_rising = (up >> shift) & 1;
        self.out_falling = (down >> shift) & 1;
        let up = (up << 1) | rising;
        let down = (down << 1) | falling;
        self.rising = down | !(vertical | up);
        self.falling = up & vertical;
    }
}

/// Numbers the letters of the pattern from 1 on; 0 is every other letter. Open addressing, at most half full.
struct Numbering<'a> {
    /// Number in the high half, letter + 1 in the low half; 0 where free.
    table: &'a mut [u64],
    count: u32,
}

impl Numbering<'_> {
    fn place(&self, letter: u32) -> usize {
        let mask = self.table.len() - 1;
        let mut place = (letter.wrapping_mul(0x9e37_79b9) >> 7) as usize & mask;
        while self.table[place] != 0 && self.table[place] as u32 != letter + 1 {
            place = (place + 1) & mask;
        }
        place
    }

    fn add(&mut self, letter: u32) {
        let place = self.place(letter);
        if self.table[place] == 0 {
            self.count += 1;
            self.table[place] = (self.count as u64) << 32 | (letter + 1) as u64;
        }
    }

    fn find(&self, letter: u32) -> u32 {
        (self.table[self.place(letter)] >> 32) as u32
    }
}

const fn table_size(letters: usize) -> usize {
    (2 * letters).next_power_of_two()
}

fn halves(words: &mut [u64]) -> &mut [u32] {
    // Sound: every bit pattern is a number, and the alignment of the half is less.
    unsafe { core::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), 2 * words.len()) }
}

fn bytes(words: &mut [u64]) -> &mut [i8] {
    // Sound: as above.
    unsafe { core::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), 8 * words.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_definition(left: &[u32], right: &[u32]) -> u32 {
        let mut row: Vec<u32> = (0..=right.len() as u32).collect();
        for (i, a) in left.iter().enumerate() {
            let mut corner = row[0];
            row[0] = i as u32 + 1;
            for (j, b) in right.iter().enumerate() {
                let replaced = corner + (a != b) as u32;
                corner = row[j + 1];
                row[j + 1] = replaced.min(corner + 1).min(row[j] + 1);
            }
        }
        row[right.len()]
    }

    fn distance(left: &[u32], right: &[u32]) -> u32 {
        let mut scratch = vec![!0; scratch_words(left.len(), right.len())];
        edit_distance(left, right, &mut scratch)
    }

    fn letters(text: &str) -> Vec<u32> {
        text.chars().map(|letter| letter as u32).collect()
    }

    #[test]
    fn known_distances() {
        for (left, right, wanted) in [
            ("", "", 0),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("까치", "까마귀", 2),
        ] {
            assert_eq!(distance(&letters(left), &letters(right)), wanted);
            assert_eq!(distance(&letters(right), &letters(left)), wanted);
        }
    }

    #[test]
    fn random_texts_have_the_distance_of_the_definition() {
        let mut state = 1u64;
        let mut random = move |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for round in 0..400 {
            let alphabet = [2, 4, 26, 5_000][round % 4];
            let text = |random: &mut dyn FnMut(u64) -> u64| {
                let length = random(if round % 3 == 0 { 70 } else { 600 });
                (0..length)
                    .map(|_| random(alphabet) as u32 * 97 + 60)
                    .collect::<Vec<u32>>()
            };
            let left = text(&mut random);
            let mut right = text(&mut random);
            if round % 2 == 0 {
                right = left.iter().copied().filter(|_| random(9) != 0).collect();
            }
            assert_eq!(
                distance(&left, &right),
                by_definition(&left, &right),
                "{left:?} {right:?}"
            );
        }
    }

    #[test]
    fn every_number_of_blocks_is_taken_apart_rightly() {
        for length in [63, 64, 65, 127, 128, 129, 191, 192, 193, 255, 256, 257, 320, 449, 513] {
            let left: Vec<u32> = (0..length).map(|i| i * i % 7).collect();
            let right: Vec<u32> = (0..length + 3).map(|i| i * i % 5).collect();
            assert_eq!(distance(&left, &right), by_definition(&left, &right));
        }
    }
}
