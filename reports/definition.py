"""What a measure means, in words for whoever reads a card, a slide's notes or a sheet."""

from queries import questions
from wording import _


def definition(name: str) -> str:
    """A question's definition in Markdown."""
    question = questions()[name]
    title = _(question.title)
    head = f"**{title}**" if title == question.chinese else f"**{title}** {question.chinese}"
    parts = [labelled(label, text) for label, text in method(name).items()]
    return "\n\n".join([head, _(question.answers), *parts])


def method(name: str) -> dict[str, str]:
    """Formula, unit, what is left out, pitfalls and source of a question, by what they are called."""
    question = questions()[name]
    return {
        _("Formula"): _(question.formula),
        _("Unit"): _(question.unit),
        _("Left out"): _(question.leaves_out),
        _("Pitfalls"): _(question.pitfalls),
        _("Source"): _(question.source),
    }


def labelled(label: str, text: str) -> str:
    """A line in Markdown that opens with what it is about."""
    return _("{label}: {text}", label=f"*{label}*", text=text)
