"""The rule catalogue and the policies as plain answers. Knows their public shapes. Must not know how they are printed."""

from typing import Any

from domain.policy import NATIONAL, POLICIES, Policy
from domain.rules import RULES, Rule
from domain.rules.units import UNIT_RULES, UnitRule

Answer = dict[str, Any]

EVERY_RULE: tuple[Rule | UnitRule, ...] = (*RULES, *UNIT_RULES)
"""Over dossiers, then over units."""


def rules_answer(*, lang: str) -> Answer:
    """Every rule, over dossiers and then over units, with its basis by regulation."""
    return {
        "rules": [
            {
                "rule": rule.name,
                "rule_version": rule.versioned,
                "name": rule.vietnamese if lang == "vi" else rule.english,
                "severity": rule.severity,
                "basis": _bases(rule),
            }
            for rule in EVERY_RULE
        ]
    }


def policies_answer(*, lang: str) -> Answer:
    """Every policy, and in what it differs from the national one."""
    return {
        "policies": [
            {
                "name": policy.name,
                "title": policy.vietnamese,
                "basis": policy.basis,
                "differs": "" if policy is NATIONAL else _differs(policy, lang),
            }
            for policy in POLICIES.values()
        ]
    }


def _bases(rule: Rule | UnitRule) -> list[Answer]:
    """Each article once, under the latest regulation that it is cited for."""
    latest = {
        (basis.document, basis.article): basis.version
        for bases in rule.basis.values()
        for basis in bases
    }
    return [
        {"document": document, "article": article, "version": version}
        for (document, article), version in latest.items()
    ]


def _differs(policy: Policy, lang: str) -> str:
    """In what a preset's figures differ from the national ones, in words."""
    if policy.letter_lead_days == NATIONAL.letter_lead_days:
        return "Không khác về số liệu" if lang == "vi" else "No different figures"
    if policy.letter_lead_days == 0:
        if lang == "vi":
            return "Thư xin lỗi chậm nhất trong chính ngày hẹn trả"
        return "Apology letter at the latest on the due date itself"
    if lang == "vi":
        return f"Thư xin lỗi chậm nhất {policy.letter_lead_days} ngày trước ngày hẹn trả"
    return f"Apology letter at the latest {policy.letter_lead_days} days before the due date"
