"""Runs inside the peer's own environment: one round of its published pipeline for each line on standard input.

Source → VADER analyzer → sink, as its Processor runs them; source and sink keep to memory, which is the best case for it: its own
pandas and logger sinks fail with the packages that it installs today.
"""

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

logging.disable(logging.CRITICAL)

from obsei.analyzer.sentiment_analyzer import VaderSentimentAnalyzer  # type: ignore[import-not-found]  # noqa: E402  its warnings come at import time
from obsei.payload import TextPayload  # type: ignore[import-not-found]  # noqa: E402
from obsei.processor import Processor  # type: ignore[import-not-found]  # noqa: E402
from obsei.sink.base_sink import BaseSink, BaseSinkConfig, Convertor  # type: ignore[import-not-found]  # noqa: E402
from obsei.source.base_source import BaseSource, BaseSourceConfig  # type: ignore[import-not-found]  # noqa: E402

TEXTS: list[str] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))


class MemorySourceConfig(BaseSourceConfig):  # type: ignore[misc]
    TYPE: str = "Memory"


class MemorySource(BaseSource):  # type: ignore[misc]
    NAME: str = "Memory"

    def lookup(self, config: Any, **kwargs: Any) -> list[Any]:
        del config, kwargs
        return [TextPayload(processed_text=text, source_name="Memory") for text in TEXTS]


class MemorySinkConfig(BaseSinkConfig):  # type: ignore[misc]
    TYPE: str = "Memory"


class MemorySink(BaseSink):  # type: ignore[misc]
    TYPE: str = "Memory"

    def send_data(self, analyzer_responses: list[Any], config: Any, **kwargs: Any) -> list[Any]:
        del config, kwargs
        return [response.model_dump() for response in analyzer_responses]


def main() -> None:
    analyzer = VaderSentimentAnalyzer()
    payloads = MemorySource().lookup(None)
    processor = Processor(
        analyzer=analyzer,
        source=MemorySource(),
        source_config=MemorySourceConfig(),
        sink=MemorySink(convertor=Convertor()),
        sink_config=MemorySinkConfig(),
    )
    labels = [_label(answer.segmented_data["classifier_data"]) for answer in analyzer.analyze_input(payloads)]
    print(json.dumps({"labels": labels}), flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        analyzer.analyze_input(payloads)
        analyzed = time.perf_counter()
        processor.process()
        print(json.dumps({"analyzer": analyzed - started, "pipeline": time.perf_counter() - analyzed}), flush=True)


def _label(scores: dict[str, float]) -> str:
    return max(scores, key=lambda name: scores[name])


if __name__ == "__main__":
    main()
