"""The picture of the README is what a run gives today."""

from xml.etree import ElementTree

from classroom.publishing.picture import FILE, HIRES, picture


def test_the_committed_picture_is_current(django_db_blocker):
    with django_db_blocker.unblock():
        drawn = picture()
    assert drawn == FILE.read_text(encoding="utf-8"), "run manage.py draw_picture"


def test_it_plays_without_a_script_and_asks_nobody():
    root = ElementTree.fromstring(FILE.read_text(encoding="utf-8"))
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert not {"script", "image", "a", "use"} & set(tags)
    assert sum(element.get("class", "").startswith("step") for element in root.iter()) == HIRES
