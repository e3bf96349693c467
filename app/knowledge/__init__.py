"""Knowledge: reads, renders and checks the files of `knowledge/` (its README.md is the format). A leaf."""

from app.knowledge.check import Problem, check_knowledge
from app.knowledge.facts import Fact, Facts, load_facts, render_facts
from app.knowledge.owners import Contact, Exceptional, Hours, Owners, load_owners
from app.knowledge.page import FrontMatter, PageSource, TopicPage, TopicSection, read_front_matter, read_topic_file

__all__ = [
    "Contact",
    "Exceptional",
    "Fact",
    "Facts",
    "FrontMatter",
    "Hours",
    "Owners",
    "PageSource",
    "Problem",
    "TopicPage",
    "TopicSection",
    "check_knowledge",
    "load_facts",
    "load_owners",
    "read_front_matter",
    "read_topic_file",
    "render_facts",
]
