#!/usr/bin/python3
"""The published schema of a log line holds for every kind of message, and refuses what is none."""
import copy
import json
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
import samples  # noqa: E402
from vedetta import Service, closing_all, run_tests  # noqa: E402

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)

with open(os.path.join(os.environ.get("top_srcdir", "."), "packaging", "alert.schema.json"), encoding="utf-8") as source:
    SCHEMA = json.load(source)
CHECK = jsonschema.Draft202012Validator(SCHEMA)


def the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def every_kind_of_message_follows_it():
    for language in ("it", "en"):
        service = dict(samples.alert(language), kind=4, text="two\nlines", items=[], alert=0)
        for message in (samples.alert(language), samples.alert(language, kind=1, thread="k"), samples.digest(language),
                        samples.digest(language, kind=3), service, dict(service, kind=5)):
            CHECK.validate(json.loads(samples.render(message, "record")))


def the_line_of_a_real_channel_follows_it():
    with closing_all(Service('channel "log" { type = log file = "alerts.jsonl" }\n')) as (service,):
        service.command("channel", "test", "log", check=0)
        line, = service.alerts()
        CHECK.validate(line)


def it_refuses_what_is_none():
    good = json.loads(samples.render(samples.alert("en"), "record"))
    for path, value in ((["@timestamp"], "yesterday"), (["event", "action"], "other"), (["vedetta", "items", 0, "link"], "ftp://x"),
                        (["vedetta", "alert"], 12), (["secret"], "x"), (["vedetta", "items", 0, "score"], "high")):
        bad = copy.deepcopy(good)
        place = bad
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        assert not CHECK.is_valid(bad), path


if __name__ == "__main__":
    run_tests([the_schema_is_one, every_kind_of_message_follows_it, the_line_of_a_real_channel_follows_it, it_refuses_what_is_none])
