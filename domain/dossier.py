"""The dossier (hồ sơ): every kind of fact there is about one, and how its record takes it.

Knows the kinds of facts and their public names; a new kind is a nested class, a line of the table, a mutator and a
name in the union. Must not know what facts mean: nothing that happened is refused, it is judged.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

from eventsourcing.domain import event
from typing_extensions import override

from domain import facts
from domain.facts import Fact
from domain.record import Record
from domain.values import dossier_key

key_of = lru_cache(maxsize=1 << 14)(dossier_key)
"""A dossier's events come close together: most keys of an import were made a moment ago."""


class Dossier(Record):
    """A dossier's record, by the normalised key of its code."""

    TOPIC = "vn.dunghen.dossier"

    class Submitted(Record.Event[facts.Submitted]):
        """Nộp hồ sơ."""

        TOPIC = "vn.dunghen.dossier.submitted.v1"

    class Accepted(Record.Event[facts.Accepted]):
        """Tiếp nhận, cấp giấy hẹn. `due_at` and `limit` may both be missing: that is a finding."""

        TOPIC = "vn.dunghen.dossier.accepted.v1"

    class IntakeRefused(Record.Event[facts.IntakeRefused]):
        """Từ chối tiếp nhận."""

        TOPIC = "vn.dunghen.dossier.intake_refused.v1"

    class Transferred(Record.Event[facts.Transferred]):
        """Chuyển xử lý, phân công; `step_limit` wins over `step_due_at`."""

        TOPIC = "vn.dunghen.dossier.transferred.v1"

    class SupplementRequested(Record.Event[facts.SupplementRequested]):
        """Yêu cầu bổ sung, hoàn thiện hồ sơ."""

        TOPIC = "vn.dunghen.dossier.supplement_requested.v1"

    class SupplementReceived(Record.Event[facts.SupplementReceived]):
        """Đã bổ sung; only a complete one answers a request."""

        TOPIC = "vn.dunghen.dossier.supplement_received.v1"

    class Paused(Record.Event[facts.Paused]):
        """Tạm dừng."""

        TOPIC = "vn.dunghen.dossier.paused.v1"

    class Resumed(Record.Event[facts.Resumed]):
        """Tiếp tục; ends every open pause."""

        TOPIC = "vn.dunghen.dossier.resumed.v1"

    class OpinionRequested(Record.Event[facts.OpinionRequested]):
        """Lấy ý kiến đơn vị phối hợp."""

        TOPIC = "vn.dunghen.dossier.opinion_requested.v1"

    class OpinionReceived(Record.Event[facts.OpinionReceived]):
        """Đơn vị phối hợp trả lời."""

        TOPIC = "vn.dunghen.dossier.opinion_received.v1"

    class OneStopNotified(Record.Event[facts.OneStopNotified]):
        """Báo Bộ phận Một cửa về việc chậm."""

        TOPIC = "vn.dunghen.dossier.one_stop_notified.v1"

    class ApologyLetterSent(Record.Event[facts.ApologyLetterSent]):
        """Thư xin lỗi và hẹn lại ngày trả kết quả; an incomplete letter is stored and judged."""

        TOPIC = "vn.dunghen.dossier.apology_letter_sent.v1"

    class DueDateChanged(Record.Event[facts.DueDateChanged]):
        """Đổi ngày hẹn trả."""

        TOPIC = "vn.dunghen.dossier.due_date_changed.v1"

    class ResultIssued(Record.Event[facts.ResultIssued]):
        """Có kết quả, xử lý xong (trạng thái 9)."""

        TOPIC = "vn.dunghen.dossier.result_issued.v1"

    class Returned(Record.Event[facts.Returned]):
        """Trả kết quả cho người dân (trạng thái 10)."""

        TOPIC = "vn.dunghen.dossier.returned.v1"

    class Refused(Record.Event[facts.RefusedDossier]):
        """Từ chối giải quyết; a missing reason is a finding."""

        TOPIC = "vn.dunghen.dossier.refused.v1"

    class Withdrawn(Record.Event[facts.Withdrawn]):
        """Công dân rút hồ sơ."""

        TOPIC = "vn.dunghen.dossier.withdrawn.v1"

    class Stopped(Record.Event[facts.Stopped]):
        """Dừng giải quyết."""

        TOPIC = "vn.dunghen.dossier.stopped.v1"

    class Lost(Record.Event[facts.Lost]):
        """Mất, thất lạc, hư hỏng hồ sơ."""

        TOPIC = "vn.dunghen.dossier.lost.v1"

    class Corrected(Record.Event[facts.Corrected]):
        """Đính chính: annuls or amends another event of the same dossier, which stays in the log."""

        TOPIC = "vn.dunghen.dossier.corrected.v1"

    class PortalStateObserved(Record.Event[facts.PortalStateObserved]):
        """Trạng thái trên Cổng DVCQG, 1..10."""

        TOPIC = "vn.dunghen.dossier.portal_state_observed.v1"

    @classmethod
    @override
    def id_of(cls, fact: Fact[Any]) -> str:
        """The normalised key of the dossier code: upper case, so never like the id of another record."""
        return key_of(fact.subject)

    @override
    def _take(  # noqa: C901, PLR0912  # the table from kinds to mutators
        self, fact: Fact[Any], digest: str, at: datetime
    ) -> None:
        match fact.kind:
            case "submitted":
                self._submitted(fact, digest, at)
            case "accepted":
                self._accepted(fact, digest, at)
            case "intake_refused":
                self._intake_refused(fact, digest, at)
            case "transferred":
                self._transferred(fact, digest, at)
            case "supplement_requested":
                self._supplement_requested(fact, digest, at)
            case "supplement_received":
                self._supplement_received(fact, digest, at)
            case "paused":
                self._paused(fact, digest, at)
            case "resumed":
                self._resumed(fact, digest, at)
            case "opinion_requested":
                self._opinion_requested(fact, digest, at)
            case "opinion_received":
                self._opinion_received(fact, digest, at)
            case "one_stop_notified":
                self._one_stop_notified(fact, digest, at)
            case "apology_letter_sent":
                self._apology_letter_sent(fact, digest, at)
            case "due_date_changed":
                self._due_date_changed(fact, digest, at)
            case "result_issued":
                self._result_issued(fact, digest, at)
            case "returned":
                self._returned(fact, digest, at)
            case "refused":
                self._refused(fact, digest, at)
            case "withdrawn":
                self._withdrawn(fact, digest, at)
            case "stopped":
                self._stopped(fact, digest, at)
            case "lost":
                self._lost(fact, digest, at)
            case "corrected":
                self._corrected(fact, digest, at)
            case "portal_state_observed":
                self._portal_state_observed(fact, digest, at)
            case _:
                super()._take(fact, digest, at)

    @event(Submitted)
    def _submitted(self, fact: Fact[facts.Submitted], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(Accepted)
    def _accepted(self, fact: Fact[facts.Accepted], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(IntakeRefused)
    def _intake_refused(
        self, fact: Fact[facts.IntakeRefused], digest: str, timestamp: datetime
    ) -> None:
        self.head = digest

    @event(Transferred)
    def _transferred(self, fact: Fact[facts.Transferred], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(SupplementRequested)
    def _supplement_requested(
        self, fact: Fact[facts.SupplementRequested], digest: str, timestamp: datetime
    ) -> None:
        self.head = digest

    @event(SupplementReceived)
    def _supplement_received(
        self, fact: Fact[facts.SupplementReceived], digest: str, timestamp: datetime
    ) -> None:
        self.head = digest

    @event(Paused)
    def _paused(self, fact: Fact[facts.Paused], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(Resumed)
    def _resumed(self, fact: Fact[facts.Resumed], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(OpinionRequested)
    def _opinion_requested(
        self, fact: Fact[facts.OpinionRequested], digest: str, timestamp: datetime
    ) -> None:
        self.head = digest

    @event(OpinionReceived)
    def _opinion_received(
        self, fact: Fact[facts.OpinionReceived], digest: str, timestamp: datetime
    ) -> None:
        self.head = digest

    @event(OneStopNotified)
    def _one_stop_notified(
        self, fact: Fact[facts.OneStopNotified], digest: str, timestamp: datetime
    ) -> None:
        self.head = digest

    @event(ApologyLetterSent)
    def _apology_letter_sent(
        self, fact: Fact[facts.ApologyLetterSent], digest: str, timestamp: datetime
    ) -> None:
        self.head = digest

    @event(DueDateChanged)
    def _due_date_changed(
        self, fact: Fact[facts.DueDateChanged], digest: str, timestamp: datetime
    ) -> None:
        self.head = digest

    @event(ResultIssued)
    def _result_issued(
        self, fact: Fact[facts.ResultIssued], digest: str, timestamp: datetime
    ) -> None:
        self.head = digest

    @event(Returned)
    def _returned(self, fact: Fact[facts.Returned], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(Refused)
    def _refused(self, fact: Fact[facts.RefusedDossier], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(Withdrawn)
    def _withdrawn(self, fact: Fact[facts.Withdrawn], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(Stopped)
    def _stopped(self, fact: Fact[facts.Stopped], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(Lost)
    def _lost(self, fact: Fact[facts.Lost], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(Corrected)
    def _corrected(self, fact: Fact[facts.Corrected], digest: str, timestamp: datetime) -> None:
        self.head = digest

    @event(PortalStateObserved)
    def _portal_state_observed(
        self, fact: Fact[facts.PortalStateObserved], digest: str, timestamp: datetime
    ) -> None:
        self.head = digest


DossierEvent = (
    Dossier.Submitted
    | Dossier.Accepted
    | Dossier.IntakeRefused
    | Dossier.Transferred
    | Dossier.SupplementRequested
    | Dossier.SupplementReceived
    | Dossier.Paused
    | Dossier.Resumed
    | Dossier.OpinionRequested
    | Dossier.OpinionReceived
    | Dossier.OneStopNotified
    | Dossier.ApologyLetterSent
    | Dossier.DueDateChanged
    | Dossier.ResultIssued
    | Dossier.Returned
    | Dossier.Refused
    | Dossier.Withdrawn
    | Dossier.Stopped
    | Dossier.Lost
    | Dossier.Corrected
    | Dossier.PortalStateObserved
)
