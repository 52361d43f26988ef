"""Every value that crosses a module line: frozen, comparable, picklable, without I/O.

Read in the order of the flow: Source -> PollTask -> Page -> Lead -> Article -> Change -> Outcome -> Document.
Instants are aware datetimes, spans are timedeltas, missing single values are None and never "".
"""

from __future__ import annotations

from feedsvc.model.articles import Article, Explained, Finding, FoundLead, Loser
from feedsvc.model.feeds import Document, Entry, Feed, Origin, Site
from feedsvc.model.kinds import (
    Access,
    ChangeKind,
    ErrorKind,
    Failure,
    FeedKind,
    Health,
    PollStatus,
    Precision,
    Problem,
    SourceKind,
)
from feedsvc.model.leads import Enclosure, Further, Image, Lead, Listing, Offer, Option, Rejected, Way
from feedsvc.model.outcomes import Change, Fetched, Outcome
from feedsvc.model.pages import Page, Request, Validators
from feedsvc.model.slices import Fetch, FetchSettings, Read, RobotsFile, WebSettings
from feedsvc.model.sources import ArticleRules, HttpOptions, ListRules, Rhythm, Source
from feedsvc.model.tasks import Ailment, Habits, Incident, Known, Learned, PollTask, SourceState
from feedsvc.model.topics import Category, Membership, Question, Vocabulary

__all__ = [
    "Access",
    "Ailment",
    "Article",
    "ArticleRules",
    "Category",
    "Change",
    "ChangeKind",
    "Document",
    "Enclosure",
    "Entry",
    "ErrorKind",
    "Explained",
    "Failure",
    "Feed",
    "FeedKind",
    "Fetch",
    "FetchSettings",
    "Fetched",
    "Finding",
    "FoundLead",
    "Further",
    "Habits",
    "Health",
    "HttpOptions",
    "Image",
    "Incident",
    "Known",
    "Lead",
    "Learned",
    "ListRules",
    "Listing",
    "Loser",
    "Membership",
    "Offer",
    "Option",
    "Origin",
    "Outcome",
    "Page",
    "PollStatus",
    "PollTask",
    "Precision",
    "Problem",
    "Question",
    "Read",
    "Rejected",
    "Request",
    "Rhythm",
    "RobotsFile",
    "Site",
    "Source",
    "SourceKind",
    "SourceState",
    "Validators",
    "Vocabulary",
    "Way",
    "WebSettings",
]
