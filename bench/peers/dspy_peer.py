"""DSPy beside the peers: prints one number, or its version.

    python peers/dspy_peer.py nothing | import | cpu | version
    python peers/dspy_peer.py calls BASE_URL
"""

import sys
import time

TEXTS = [f"A warm and clever film, number {index}, seen twice already." for index in range(64)]
ANSWER = "[[ ## label ## ]]\npositive\n\n[[ ## completed ## ]]"
IN_FLIGHT = 64
WINDOW_SECONDS = 3


def cpu_of_calls(classify, seconds):
    """CPU microseconds of a call, over calls enough to fill the time."""
    start, end, calls = time.process_time(), time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        for text in TEXTS:
            assert classify(text=text).label == "positive"
            calls += 1
    return (time.process_time() - start) / calls * 1e6


def cpu():
    from types import SimpleNamespace
    import statistics
    import dspy

    class Instant(dspy.BaseLM):
        def forward(self, prompt=None, messages=None, **kwargs):
            message = SimpleNamespace(content=ANSWER, tool_calls=None, reasoning_content=None)
            choice = SimpleNamespace(message=message, finish_reason="stop")
            return SimpleNamespace(choices=[choice], usage={"prompt_tokens": 120, "completion_tokens": 8}, model=self.model)

    dspy.configure(lm=Instant("instant"))
    classify = dspy.Predict("text -> label: Literal['positive', 'negative']")
    cpu_of_calls(classify, 1.5)
    return statistics.median(cpu_of_calls(classify, 0.25) for _ in range(5))


def calls(base_url):
    """Calls answered a second, 64 in flight."""
    import asyncio
    import dspy

    dspy.configure(lm=dspy.LM("openai/gpt-4o-mini", api_base=base_url, api_key="key", cache=False, num_retries=0))
    classify = dspy.Predict("text -> label: Literal['positive', 'negative']")

    async def in_flight(seconds):
        end, answered = time.perf_counter() + seconds, 0

        async def worker(text):
            nonlocal answered
            while time.perf_counter() < end:
                prediction = await classify.acall(text=text)
                assert prediction.label == "positive"
                answered += time.perf_counter() < end

        await asyncio.gather(*(worker(text) for text in TEXTS[:IN_FLIGHT]))
        return answered / seconds

    async def warm_then_measured():
        await in_flight(1)
        return await in_flight(WINDOW_SECONDS)

    return asyncio.run(warm_then_measured())


def main(task, *parameters):
    if task == "nothing":
        return time.process_time() * 1e3
    if task == "import":
        import dspy  # noqa: F401

        return time.process_time() * 1e3
    if task == "version":
        from importlib.metadata import version

        return version("dspy")
    return cpu() if task == "cpu" else calls(*parameters)


print(main(*sys.argv[1:]))
