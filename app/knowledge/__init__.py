"""Knowledge: reads, renders and checks the files of `knowledge/` (its README.md is the format). A leaf."""

from app.knowledge.asked import AskedQuestion, read_asked
from app.knowledge.check import check_knowledge
from app.knowledge.facts import Fact, Facts, load_facts, render_facts
from app.knowledge.glossary import Glossary, Term, load_glossary
from app.knowledge.owners import Contact, Exceptional, Hours, Owners, load_owners
from app.knowledge.page import FrontMatter, PageSource, TopicPage, TopicSection, read_front_matter, read_topic_file
from app.knowledge.problem import ADVICE, Problem
from app.knowledge.unclear import Unclear, load_unclear

__all__ = [
    "ADVICE",
    "AskedQuestion",
    "Contact",
    "Exceptional",
    "Fact",
    "Facts",
    "FrontMatter",
    "Glossary",
    "Hours",
    "Owners",
    "PageSource",
    "Problem",
    "Term",
    "TopicPage",
    "TopicSection",
    "Unclear",
    "check_knowledge",
    "load_facts",
    "load_glossary",
    "load_owners",
    "load_unclear",
    "read_asked",
    "read_front_matter",
    "read_topic_file",
    "render_facts",
]
