"""Stories as TOML: those that come with Recoup can be told, and a lender's own says all that is wrong with it."""

import pytest

from data.errors import InvalidStory
from reports.story import load_story, read_story, stories


@pytest.mark.parametrize("name", stories())
def test_each_story_that_comes_with_recoup_can_be_read(name):
    story = load_story(name)
    assert story.name == name
    assert len(story.slides) > 8
    assert story.of_experiment == (name == "decision")


def test_a_lenders_own_story_is_a_file(tmp_path):
    file = tmp_path / "our month.toml"
    file.write_text('title = "Our month"\n[[slides]]\nshow = "roll_matrix"\noptions = { intervals = true }\ncomment = "Settled"\n', encoding="utf-8")  # fmt: skip
    story = load_story(file)
    assert (story.name, story.title, story.of_experiment) == ("our month", "Our month", False)
    (slide,) = story.slides
    assert (slide.show, dict(slide.options), slide.title, slide.comment) == ("roll_matrix", {"intervals": True}, "", "Settled")  # fmt: skip


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidStory) as refused:
        read_story(text, "ours.toml")
    return [str(problem) for problem in refused.value.problems]


def test_all_that_is_wrong_is_told_at_once_each_with_its_key_and_what_was_probably_meant():
    said = problems(
        'titel = "x"\n[[slides]]\nshow = "roll_matrx"\n[[slides]]\nshow = "cost_to_collect"\noptions = { splt = "stage" }\n'
        '[[slides]]\nshow = "summary"\noptions = { a = 1 }\ncoment = "x"\n[[slides]]\nshow = "flow"\ntitle = 7\n'
    )
    assert said[0] == "ours.toml: there is no titel. Did you mean “title”? There are title, slides."
    assert said[1].startswith("ours.toml: slides.1 cannot show \"roll_matrx\". Did you mean “roll_matrix”? There are summary, ")  # fmt: skip
    assert said[2:] == [
        "ours.toml: cost_to_collect has no option splt. Did you mean “split”? There are split.",
        "ours.toml: there is no slides.3.coment. Did you mean “comment”? There are show, options, title, comment.",
        "ours.toml: summary has no option a; there are none.",
        "ours.toml: slides.4.title is 7; it must be a text of 1 to 300 characters.",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = ", "ours.toml is not valid TOML"),
        ('title = "x"', "ours.toml shows nothing"),
        ("slides = []", "ours.toml shows nothing"),
        ("slides = 3", "ours.toml shows nothing"),
        ('[[slides]]\ntitle = "x"', "slides.1 cannot show"),
        ('[[slides]]\nshow = "flow"\noptions = 3', "slides.1.options is 3; it must be a section."),
        ('[[slides]]\nshow = "flow"\n' * 101, "ours.toml has more than 100 slides."),
    ],
)
def test_a_file_that_is_no_story_says_why(text, says):
    assert any(says in said for said in problems(text))


def test_a_name_that_no_story_has_names_the_nearest():
    with pytest.raises(InvalidStory, match=r"There is no story “monthly_reviw”. Did you mean “monthly_review”"):
        load_story("monthly_reviw")
    with pytest.raises(InvalidStory, match=r"nowhere.toml cannot be read"):
        load_story("nowhere.toml")
