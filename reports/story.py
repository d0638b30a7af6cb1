"""Stories: which slides a deck has and in what order, as TOML. Those of the folder stories come with Recoup; a lender writes his own.

    title = "Our month"

    [[slides]]
    show = "roll_matrix"            # an exhibit, or one of the slides that are made of figures and words
    options = { intervals = true }
    title = "Card rolls on"         # instead of what the exhibit finds
    comment = "Settled in August"

`load_story`, `read_story`; `stories` are those that come with Recoup.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import tomlkit

from data.errors import InvalidStory
from data.said import Said, said
from reports.catalogue import catalogue
from reports.slides_made import MADE
from sim.stated import shown, unknown

STORIES = Path(__file__).parent / "stories"
LONGEST = 300  # characters of a title or a comment
MOST_SLIDES = 100


@dataclass(frozen=True)
class Shown:
    """One slide of a story: what it shows, with options; title and comment in place of what is found, "" where not."""

    show: str
    options: Mapping[str, object] = field(default_factory=dict)
    title: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Story:
    """name: of the file, without its ending."""

    name: str
    title: str
    slides: tuple[Shown, ...]

    @property
    def of_experiment(self) -> bool:
        """Whether it is about an experiment of the sandbox."""
        return any(needs_experiment(slide.show) for slide in self.slides)


def needs_experiment(show: str) -> bool:
    return MADE[show].of_experiment if show in MADE else catalogue()[show].of_experiment


def stories() -> tuple[str, ...]:
    """The names of the stories that come with Recoup."""
    return tuple(sorted(file.stem for file in STORIES.glob("*.toml")))


def load_story(name: Path | str) -> Story:
    """One of `stories`, or a file. Raises InvalidStory with all that is wrong with it."""
    file = STORIES / f"{name}.toml" if str(name) in stories() else Path(name)
    if not file.suffix and not file.exists():
        raise InvalidStory([unknown(said("There is no story “{name}”", name=str(name)), str(name), stories())])
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidStory([said("The story {file} cannot be read: {error}.", file=str(file), error=error.strerror or "")]) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise InvalidStory([said("{file} is not text in UTF-8.", file=str(file))]) from error
    return read_story(text, file.name)


def read_story(text: str, file: str = "story") -> Story:
    """The story that a text states; file: what it is called in messages. Raises InvalidStory with all that is wrong with it."""
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidStory([said("{file} is not valid TOML: {error}.", file=file, error=error)]) from error
    problems = [*_unknown_keys(file, "", stated, ("title", "slides")), *_not_a_text(file, "", stated, ("title",))]
    slides = stated.get("slides")
    if not isinstance(slides, list) or not slides or not all(isinstance(slide, dict) for slide in slides):
        problems.append(
            said("{file} shows nothing: each slide is a section [[slides]] that says what to show.", file=file)
        )
        slides = []
    if len(slides) > MOST_SLIDES:
        problems.append(said("{file} has more than {most} slides.", file=file, most=MOST_SLIDES))
    for at, slide in enumerate(slides, start=1):
        problems += _problems(file, f"slides.{at}", slide)
    if problems:
        raise InvalidStory(problems)
    made = tuple(Shown(**slide) for slide in slides)
    return Story(Path(file).stem, stated.get("title", Path(file).stem), made)


def write_story(story: Story) -> str:
    """The story as the TOML that `read_story` reads."""
    slides = [
        {name: value for name, value in (("show", slide.show), ("options", dict(slide.options)), ("title", slide.title), ("comment", slide.comment)) if value}
        for slide in story.slides
    ]  # fmt: skip
    return tomlkit.dumps({"title": story.title, "slides": slides})


def _problems(file: str, place: str, slide: Mapping[str, object]) -> list[Said]:
    found = _unknown_keys(file, f"{place}.", slide, ("show", "options", "title", "comment"))
    found += _not_a_text(file, f"{place}.", slide, ("title", "comment"))
    show, options = slide.get("show"), slide.get("options", {})
    if not isinstance(show, str) or show not in (*MADE, *catalogue()):
        what = said("{file}: {key} cannot show {value}", file=file, key=place, value=shown(show or ""))
        return [*found, unknown(what, str(show), [*MADE, *catalogue()])]
    if not isinstance(options, dict):
        must_be = said("a section")
        return [*found, said("{file}: {key} is {found}; it must be {allowed}.", file=file, key=f"{place}.options", found=shown(options), allowed=must_be)]  # fmt: skip
    if show in catalogue():
        wrong = catalogue()[show].problems(options)
    else:
        wrong = [unknown(said("{exhibit} has no option {name}", exhibit=show, name=name), name, []) for name in options]
    return [*found, *(said("{file}: {problem}", file=file, problem=problem) for problem in wrong)]


def _unknown_keys(file: str, place: str, stated: Mapping[str, object], known: tuple[str, ...]) -> list[Said]:
    keys = [key for key in stated if key not in known]
    return [unknown(said("{file}: there is no {key}", file=file, key=f"{place}{key}"), key, known) for key in keys]


def _not_a_text(file: str, place: str, stated: Mapping[str, object], names: tuple[str, ...]) -> list[Said]:
    wrong = [
        name
        for name in names
        if name in stated and not (isinstance(stated[name], str) and 0 < len(stated[name]) <= LONGEST)
    ]
    must_be = said("a text of 1 to {most} characters", most=LONGEST)
    return [said("{file}: {key} is {found}; it must be {allowed}.", file=file, key=f"{place}{name}", found=shown(stated[name]), allowed=must_be) for name in wrong]  # fmt: skip
