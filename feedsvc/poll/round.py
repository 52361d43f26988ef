"""A source that is due in, an Outcome out: its listing, its new articles, its known ones, in that order.

An article whose page failed for the moment keeps the source's old validators: saving the new ones would make the next
poll a 304, and the article would be lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from feedsvc import decide, discover, urls, verdict
from feedsvc.errors import ContentError, FetchError
from feedsvc.model import (
    Article,
    Change,
    Failure,
    Fetch,
    Listing,
    Outcome,
    Page,
    PollStatus,
    PollTask,
    Read,
    Rejected,
    SourceState,
    Validators,
    Way,
)
from feedsvc.poll import changes, closing, looks, survey, whole
from feedsvc.poll.visit import Clock, Visit

GAP = 5  # times the limit: how far back a source is followed that was not asked for long


def poll(task: PollTask, fetch: Fetch, read: Read, now: Clock) -> Outcome:
    """Return everything one look at the source found out. Raises nothing that a remote site can cause."""
    visit = Visit(source=task.source, fetch=fetch, read=read, now=now, started_at=now())
    run = _Run(task=task, visit=visit)
    try:
        page = run.asked()
        if page.not_modified or _body_hash(page) == task.state.body_hash:
            run.look_again(())
            return run.unchanged(page)
        page, listing = run.listing(page)
    except (FetchError, ContentError) as error:
        return run.failed(error)
    found = run.candidates(page, listing)
    run.take(found)
    run.look_again(found)
    return run.finished(page, found, listing)


@dataclass(slots=True, kw_only=True)
class _Run:
    """One poll while it is under way: what was fetched, what has changed, what is left for later."""

    task: PollTask
    visit: Visit
    changes: dict[str, Change] = field(default_factory=dict)  # by article id
    ids: dict[str, str] = field(default_factory=dict)  # identity key -> article id, of this poll's new articles
    pending: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    suspects: list[str] = field(default_factory=list)  # ids gone from the list whose page gave no clear answer
    left_over: int = 0
    way: Way | None = None
    listed: list[str] = field(default_factory=list)

    # ---- the listing -------------------------------------------------------------------------------------------------

    def asked(self) -> Page:
        """Return the page the source is read from; the configured one again where the way from it is gone."""
        task = self.task
        self.way = task.state.way
        validators = Validators() if task.pending else task.state.validators
        try:
            return self.visit.get(self.way.url if self.way else task.source.url, validators)
        except FetchError as error:
            if not (self._is_elsewhere() and error.kind in ("not_found", "gone")):
                raise
        return self._from_the_start()

    def listing(self, page: Page) -> tuple[Page, Listing]:
        """Return what the page leads to, and the page that told it: for "auto" the best one that can be found."""
        if self.way is None and survey.is_wanted(self.task.source):
            return self._surveyed(page)
        try:
            return page, self.visit.read(discover.leads, page, self.task.source)
        except ContentError:
            if not self._is_elsewhere():
                raise
        return self._surveyed(self._from_the_start())

    def _is_elsewhere(self) -> bool:
        return self.way is not None and urls.key(self.way.url) != urls.key(self.task.source.url)

    def _from_the_start(self) -> Page:
        self.way = None
        return self.visit.get(self.task.source.url)

    def _surveyed(self, page: Page) -> tuple[Page, Listing]:
        seen = survey.survey(self.visit, page, thorough=False)
        self.way = seen.way
        return seen.page, seen.listing

    def candidates(self, page: Page, listing: Listing) -> tuple[decide.Candidate, ...]:
        """Return what the listing leads to, and its next pages as long as all is new or something is still awaited.

        So nothing is missing after a gap, and a source that is seen for the first time starts with up to `limit`
        articles of its back catalogue.
        """
        source = self.task.source
        self.rejected.extend(listing.rejected)
        leads = list(listing.leads)
        found = decide.candidates(leads, source, self.task.known)
        visited = {urls.key(page.final_url)}
        following = listing.next_page
        is_index = bool(listing.further) and not leads  # the articles stand in the lists it names
        while following and (is_index or self._goes_on(found)) and urls.key(following) not in visited:
            is_index = False
            visited.add(urls.key(following))
            more = self._next_page(following)
            if more is None:
                break
            leads.extend(more.leads)
            grown = decide.candidates(leads, source, self.task.known)
            following = more.next_page if len(grown) > len(found) else None
            found = grown
        return found

    def _goes_on(self, found: Sequence[decide.Candidate]) -> bool:
        """Whether the next list page is needed: at first sight up to the limit, after a gap until it is closed."""
        if len(found) >= self.task.source.limit * (GAP if self.task.known else 1):
            return False
        awaited = self.task.pending.keys() - {key for candidate in found for key in candidate.keys}
        return bool(awaited) or (bool(found) and all(candidate.known is None for candidate in found))

    def _next_page(self, url: str) -> Listing | None:
        """Return a further list page, None if it cannot be had: what the first page gave is taken all the same."""
        try:
            listing = self.visit.read(discover.leads, self.visit.get(url), self.task.source)
        except (FetchError, ContentError) as error:
            self.rejected.append(Rejected(where=url, reason=str(error)))
            return None
        self.rejected.extend(listing.rejected)
        return listing

    # ---- the articles ------------------------------------------------------------------------------------------------

    def take(self, found: Sequence[decide.Candidate]) -> None:
        """Turn every candidate into a change, newest first, within the source's limit and the poll's budget."""
        taken = 0
        for candidate in decide.newest_first(found):
            known = candidate.known
            if known and (known.withdrawn or known.lead_fingerprint == candidate.fingerprint):
                self.listed.append(known.id)
                continue
            if (known is None and taken >= self.task.source.limit) or self.visit.is_over():
                self._leave_over(candidate)
                continue
            taken += known is None
            self._take(candidate)

    def _leave_over(self, candidate: decide.Candidate) -> None:
        """Leave a candidate to the next poll; after a gap also one that will stand on a further list page by then.

        At first sight what is over the limit is back catalogue: it comes if it stays on the first page.
        """
        self.left_over += 1
        if self.task.known and candidate.known is None:
            self.pending[candidate.keys[0]] = self._attempts(candidate)

    def _take(self, candidate: decide.Candidate) -> None:
        try:
            article, page = self._article(candidate)
        except (FetchError, ContentError) as error:
            self._postpone(candidate, error)
            return
        if article is None:
            self.rejected.append(Rejected(where=candidate.lead.url, reason="neither listing nor page has a headline"))
            return
        self._settle(candidate, decide.addressed(article, self.task.source), page)

    def _article(self, candidate: decide.Candidate) -> tuple[Article | None, Page | None]:
        """Return the article from its page where one is needed, else from the lead; the lead also when the page is
        gone, refused or unreadable, or has failed too often."""
        lead, source = candidate.lead, self.task.source
        alone = decide.from_lead(lead, source)
        if not decide.needs_page(lead, source):
            return alone, None
        try:
            page = self.visit.get(lead.url)
            return self._whole(candidate, page), page
        except (FetchError, ContentError) as error:
            if alone is None or not self._given_up(candidate, error):
                raise
            self.failures.append(Failure(kind=error.kind, message=str(error)))
            return alone, None

    def _whole(self, candidate: decide.Candidate, page: Page) -> Article:
        """Return the article with all its pages; what is there of it when the others cannot be had for good."""
        found = whole.read(self.visit, page, candidate.lead)
        error = found.missing
        if error is None:
            return found.article
        if not self._given_up(candidate, error):
            raise error
        self.failures.append(Failure(kind=error.kind, message=str(error)))
        return found.article

    def _given_up(self, candidate: decide.Candidate, error: FetchError | ContentError) -> bool:
        return whole.is_lasting(error) or self._attempts(candidate) >= decide.ATTEMPTS

    def _attempts(self, candidate: decide.Candidate) -> int:
        return max((self.task.pending.get(key, 0) for key in candidate.keys), default=0)

    def _postpone(self, candidate: decide.Candidate, error: FetchError | ContentError) -> None:
        """Leave an article for the next poll, or let it go if there is nothing to be had of it."""
        self.failures.append(Failure(kind=error.kind, message=str(error)))
        if candidate.known:
            self.listed.append(candidate.known.id)
        attempts = self._attempts(candidate) + 1
        hopeless = isinstance(error, ContentError) or error.permanent
        if hopeless or attempts > decide.ATTEMPTS:
            self.rejected.append(Rejected(where=candidate.lead.url, reason=str(error)))
        else:
            self.pending[candidate.keys[0]] = attempts

    def _settle(self, candidate: decide.Candidate, article: Article, page: Page | None) -> None:
        """Tell new from known by every key that is known by now, and keep the change."""
        keys = decide.all_keys(candidate.keys, article, self.task.source)
        known = candidate.known or decide.recognised(keys, self.task.known)
        at = self.visit.started_at
        twin = next((self.ids[key] for key in keys if key in self.ids), None)
        if known is not None:
            change = changes.edited(
                self.task, known, article, page, at, keys=keys, lead_fingerprint=candidate.fingerprint
            )
        elif twin is not None:
            earlier = self.changes[twin]
            change = replace(earlier, keys=tuple(dict.fromkeys((*earlier.keys, *keys))))
        else:
            change = changes.new(self.task, candidate, article, keys, page, at)
        self._keep(change)
        if change.id not in self.listed:
            self.listed.append(change.id)

    def _keep(self, change: Change) -> None:
        self.changes[change.id] = change
        self.ids.update(dict.fromkeys(change.keys, change.id))

    # ---- known articles that are looked at again ---------------------------------------------------------------------

    def look_again(self, found: Sequence[decide.Candidate]) -> None:
        """Read known articles' pages again where it is time, or where they are gone from the list."""
        for known, missing in looks.due(self.task, found, self.visit):
            if known.id in self.changes or self.visit.is_over():
                continue
            seen = looks.look(self.task, known, self.visit, missing=missing)
            self.rejected.extend(seen.rejected)
            if seen.suspect:
                self.suspects.append(known.id)
            self._keep(seen.change)

    # ---- the outcome -------------------------------------------------------------------------------------------------

    def unchanged(self, page: Page) -> Outcome:
        """The page is the one we know: nothing was parsed, its validators are renewed all the same (protocol F3)."""
        state = self._succeeded(complete=True)
        state = replace(state, validators=verdict.renewed(page, self.task.state.validators))
        news = any(change.kind != "unchanged" for change in self.changes.values())
        return self._outcome("ok" if news else "unchanged", state, fresh_for=page.fresh_for)

    def finished(self, page: Page, found: Sequence[decide.Candidate], listing: Listing) -> Outcome:
        """The page was read: its validators are saved only if nothing on it is left for later."""
        clean = not self.failures and not listing.rejected
        state = replace(self._succeeded(complete=clean), way=self.way)
        if found:
            state = replace(state, usual_leads=max(len(found), state.usual_leads or 0))
        if not self.pending and not self.left_over:
            state = replace(state, validators=page.validators, body_hash=_body_hash(page))
        fresh = [value for value in (page.fresh_for, listing.fresh_for) if value]
        return self._outcome(
            "ok" if clean else "degraded",
            state,
            fresh_for=max(fresh, default=None),
            listed=tuple(dict.fromkeys((*self.listed, *self.suspects))),
            error=self.failures[0] if self.failures else None,
        )

    def failed(self, error: FetchError | ContentError) -> Outcome:
        """The listing could not be had or read: nothing stored is touched, the last good feed stays."""
        return self._outcome(
            verdict.status(error.kind),
            verdict.failed(self.task.state, error.kind, self.visit.started_at),
            error=Failure(kind=error.kind, message=str(error)),
            retry_after=error.retry_after if isinstance(error, FetchError) else None,
        )

    def _succeeded(self, *, complete: bool) -> SourceState:
        found_new = any(change.kind == "new" for change in self.changes.values())
        return verdict.succeeded(self.task.state, self.visit.started_at, complete=complete, found_new=found_new)

    def _outcome(
        self,
        status: PollStatus,
        state: SourceState,
        *,
        listed: tuple[str, ...] | None = None,
        fresh_for: timedelta | None = None,
        retry_after: timedelta | None = None,
        error: Failure | None = None,
    ) -> Outcome:
        closed = closing.closed(
            self.task,
            status,
            state,
            started_at=self.visit.started_at,
            finished_at=self.visit.now(),
            fresh_for=fresh_for,
            retry_after=retry_after,
            error=error,
        )
        return replace(
            closed,
            changes=tuple(self.changes.values()),
            listed=listed,
            pending=dict(self.task.pending if listed is None else self.pending),
            fetches=tuple(self.visit.fetches),
            rejected=tuple(self.rejected),
        )


def _body_hash(page: Page) -> str:
    return hashlib.blake2b(page.body, digest_size=16).hexdigest()
