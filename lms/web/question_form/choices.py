"""Forms of what is chosen: one or several options, what somebody would do, true or false."""

from collections.abc import Mapping
from typing import Any

from lms.questions.exchange.drafted import percent
from lms.web.question_form.fields import Form, filled_rows, line, part, shown, text, whole

#: The numbers of the options that are right.
RIGHT = "benar"


def single_choice(form: Form) -> dict[str, Any]:
    """pilihan-n, umpan-n, benar: the number of the right one; or bobot-n, per cent of the mark."""
    return {"options": _options(form)}


def multiple_choice(form: Form) -> dict[str, Any]:
    """As a single choice, with several that are right; skor: the rule, by weights where there are any."""
    rule = form.get("skor", "net")
    return {"options": _options(form)} | ({} if rule == "net" else {"scoring": rule})


def fill_options(form: Form, content: Mapping[str, Any]) -> None:
    """The other way round, for both."""
    for n, row in enumerate(content["options"], 1):
        form[f"pilihan-{n}"], form[f"umpan-{n}"] = row["text"], row.get("feedback", "")
        form[f"bobot-{n}"] = shown(percent(row["fraction"])) if "fraction" in row else ""
        if row.get("correct"):
            form.add(RIGHT, str(n))
    form["skor"] = content.get("scoring", "net")


def situational(form: Form) -> dict[str, Any]:
    """pilihan-n, poin-n."""
    rows = filled_rows(form, "pilihan")
    return {"options": [{"text": text(form, f"pilihan-{n}"), "points": whole(form, f"poin-{n}")} for n in rows]}


def fill_situational(form: Form, content: Mapping[str, Any]) -> None:
    """The other way round."""
    for n, row in enumerate(content["options"], 1):
        form[f"pilihan-{n}"], form[f"poin-{n}"] = row["text"], str(row["points"])


def true_false(form: Form) -> dict[str, Any]:
    """jawaban: true or false."""
    return {"answer": {"true": True, "false": False}.get(form.get("jawaban", ""))}


def fill_true_false(form: Form, content: Mapping[str, Any]) -> None:
    """The other way round."""
    form["jawaban"] = "true" if content["answer"] else "false"


def right_of(kind: str, was: Form, made: Form) -> list[str]:
    """Which options are right once a question is turned: those that were, as long as what is right now is among them.

    was: the form before · made: the one after, with what had waited aside. A single choice takes the first.
    """
    now, before = was.getlist(RIGHT), made.getlist(RIGHT)
    if set(now) <= set(before):
        return before
    return now[:1] if kind == "single_choice" else now


def _options(form: Form) -> list[dict[str, Any]]:
    """One weight makes all options weighed: what has none gives all where it is ticked as right, else nothing."""
    rows, right = filled_rows(form, "pilihan"), set(form.getlist(RIGHT))
    is_weighed = any(line(form, f"bobot-{n}") for n in rows)
    made = []
    for n in rows:
        is_right, weight, said = str(n) in right, line(form, f"bobot-{n}"), text(form, f"umpan-{n}")
        worth = {"fraction": part(weight) if weight else int(is_right)} if is_weighed else {"correct": is_right}
        made.append({"text": text(form, f"pilihan-{n}")} | worth | ({"feedback": said} if said else {}))
    return made
