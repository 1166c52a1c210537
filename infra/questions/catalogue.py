"""The rule catalogue and the policies as plain answers. Knows their public shapes. Must not know how they are printed."""

from collections.abc import Iterable
from datetime import datetime

from domain.policy import NATIONAL, POLICIES, Policy, ruleset
from domain.rules import RULES, Basis, Rule, cited
from domain.rules.units import UNIT_RULES, UnitRule
from domain.values import VN
from infra.answers import Answer, articles, rule_named, text

EVERY_RULE: tuple[Rule | UnitRule, ...] = (*RULES, *UNIT_RULES)
"""Over dossiers, then over units."""


def rules_answer(*, lang: str) -> Answer:
    """Every rule, over dossiers and then over units, with its basis by regulation."""
    return {"rules": [_rule(rule, _bases(rule), lang) for rule in EVERY_RULE]}


def rules_at(policy: Policy, as_of: datetime, known_at: datetime, *, lang: str) -> Answer:
    """The rules that have a basis for a dossier accepted at T, with the articles in force on that day, and the policy that judges by them.

    The catalogue is the program's and not the log's: it is the same whatever was known at K.
    """
    day = as_of.astimezone(VN).date()
    law = ruleset(day)
    return {
        "as_of": text(as_of),
        "known_at": text(known_at),
        "regulation": law,
        "policy": policy.name,
        "rules": [
            _rule(rule, cited(rule.basis[law], day), lang)
            for rule in EVERY_RULE
            if rule.basis.get(law)
        ],
    }


def _rule(rule: Rule | UnitRule, bases: Iterable[Basis], lang: str) -> Answer:
    return {**rule_named(rule, lang), "basis": articles(bases)}


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


def _bases(rule: Rule | UnitRule) -> Iterable[Basis]:
    """Each article once, under the latest regulation that it is cited for."""
    every = (basis for bases in rule.basis.values() for basis in bases)
    return {(basis.document, basis.article): basis for basis in every}.values()


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
