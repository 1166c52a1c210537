"""The dossier (hồ sơ): every kind of fact there is about one, and how its record takes it.

Knows the kinds of facts and their public names; a new kind is a nested class, a mutator and a
name in the union. Must not know what facts mean: nothing that happened is refused, it is judged.
"""

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

    @event(Submitted)
    def _submitted(self, digest: str) -> None:
        self.head = digest

    @event(Accepted)
    def _accepted(self, digest: str) -> None:
        self.head = digest

    @event(IntakeRefused)
    def _intake_refused(self, digest: str) -> None:
        self.head = digest

    @event(Transferred)
    def _transferred(self, digest: str) -> None:
        self.head = digest

    @event(SupplementRequested)
    def _supplement_requested(self, digest: str) -> None:
        self.head = digest

    @event(SupplementReceived)
    def _supplement_received(self, digest: str) -> None:
        self.head = digest

    @event(Paused)
    def _paused(self, digest: str) -> None:
        self.head = digest

    @event(Resumed)
    def _resumed(self, digest: str) -> None:
        self.head = digest

    @event(OpinionRequested)
    def _opinion_requested(self, digest: str) -> None:
        self.head = digest

    @event(OpinionReceived)
    def _opinion_received(self, digest: str) -> None:
        self.head = digest

    @event(OneStopNotified)
    def _one_stop_notified(self, digest: str) -> None:
        self.head = digest

    @event(ApologyLetterSent)
    def _apology_letter_sent(self, digest: str) -> None:
        self.head = digest

    @event(DueDateChanged)
    def _due_date_changed(self, digest: str) -> None:
        self.head = digest

    @event(ResultIssued)
    def _result_issued(self, digest: str) -> None:
        self.head = digest

    @event(Returned)
    def _returned(self, digest: str) -> None:
        self.head = digest

    @event(Refused)
    def _refused(self, digest: str) -> None:
        self.head = digest

    @event(Withdrawn)
    def _withdrawn(self, digest: str) -> None:
        self.head = digest

    @event(Stopped)
    def _stopped(self, digest: str) -> None:
        self.head = digest

    @event(Lost)
    def _lost(self, digest: str) -> None:
        self.head = digest

    @event(Corrected)
    def _corrected(self, digest: str) -> None:
        self.head = digest

    @event(PortalStateObserved)
    def _portal_state_observed(self, digest: str) -> None:
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
