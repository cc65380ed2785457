"""The local analyser: the strongest finding, what was asked, and the step's own guide, in a few plain sentences."""

from __future__ import annotations

from mobilegpt.helpdesk.analysis.complaints import said
from mobilegpt.helpdesk.analysis.evidence import Evidence, Kind
from mobilegpt.helpdesk.analysis.findings import Finding, find, thing
from mobilegpt.helpdesk.analysis.known_apps import app_name, is_home, opens_app
from mobilegpt.helpdesk.analysis.korean import is_polite, quoted, sentence, spoken, with_particle
from mobilegpt.helpdesk.analysis.verdict import Verdict
from mobilegpt.language.safety import is_safe, plain_text

SOURCE = "LOCAL"
_CAREFUL = "중요한 화면이에요. 혼자 누르지 마시고, 손을 들어 선생님을 불러주세요. 선생님께서 함께 봐주실 거예요."
_GIVEN_UP = "알려드린 방법이 잘 안 되셨군요. 화면을 그대로 두고 손을 들어 주세요. 선생님이 오셔서 함께 해주실 거예요."
_AGREEING = 0.06
_LEAST, _MOST = 0.2, 0.95
# How to move the finger, for beginners; the word by which one sees that it was said already.
_GESTURES = {
    "CLICK": ("짧게", "손가락 끝으로 한 번만 짧게 누르면 돼요."),
    "LONG_CLICK": ("댄 채", "손가락을 댄 채로 둘까지 센 다음 떼면 돼요."),
    "SCROLL": ("천천히", "손가락을 댄 채로 천천히 밀면 돼요."),
    "INPUT": ("괜찮아요", "틀려도 괜찮아요. 한 글자씩 쓰면 돼요."),
    "NAVIGATE": ("기다려", "화면이 바뀔 때까지 조금 기다려 주세요."),
}
# Two findings that would say the same.
_ALIKE = {
    ("impatient", "said_no_reaction"),
    ("no_taps", "said_cannot_find"),
    ("field_not_found", "said_no_keyboard"),
}


def analyse(evidence: Evidence) -> Verdict:
    """Never raises for odd evidence; without any it still says how to do the step."""
    found = find(evidence)
    asked = said(evidence.message)
    lead, content = _first_untried(evidence, found, asked)
    if not is_safe(content):
        content = _CAREFUL
    return Verdict(
        source=SOURCE,
        problem_diagnosis=_diagnosis(evidence, lead, asked),
        help_content=content,
        voice_guide_text=spoken(content),
        confidence_score=_confidence(evidence, lead, found, asked),
        finding=lead.name if lead else "",
        evidence=seen(evidence),
        app=evidence.app,
        screen=evidence.screen,
    )


def seen(evidence: Evidence) -> list[str]:
    """The evidence in short sentences, for the teacher's eyes."""
    lines = []
    if evidence.app or evidence.screen:
        name = "홈 화면" if is_home(evidence.app) else app_name(evidence.app) or evidence.app
        lines.append("지금 화면: " + " · ".join(part for part in (name, evidence.screen) if part))
    if evidence.stuck_seconds:
        lines.append(f"이 단계에 머문 시간: {evidence.stuck_seconds}초")
    counts = [
        f"{word} {len(found)}번"
        for word, kinds in (
            ("누르기", (Kind.TAP,)),
            ("길게 누르기", (Kind.LONG_TAP,)),
            ("밀기", (Kind.SCROLL,)),
            ("글자 쓰기", (Kind.INPUT,)),
            ("뒤로", (Kind.BACK,)),
        )
        if (found := evidence.of_kind(*kinds))
    ]
    lines.append(_lately(evidence, counts))
    names = [each.name for each in evidence.of_kind(Kind.TAP, Kind.LONG_TAP) if each.name]
    if names:
        lines.append("마지막으로 누른 곳: " + ", ".join(quoted(name) for name in dict.fromkeys(names[-3:])))
    return lines


def _lately(evidence: Evidence, counts: list[str]) -> str:
    """What is not reported is not known, and is not called nothing."""
    if not evidence.knows_taps:
        return "이 휴대폰은 어디를 눌렀는지 알려 주지 않아요."
    return "최근 5분: " + (", ".join(counts) if counts else "누르거나 민 일이 없음")


def instruction(evidence: Evidence) -> str:
    """How to do the step: its own guide, else what its title, action and hint say."""
    guide = sentence(" ".join(evidence.step.guide.split()))
    if not guide:
        return _from_target(evidence)
    return guide if is_polite(guide) else f"이렇게 해보세요. {guide}"


def _from_target(evidence: Evidence) -> str:
    step, wanted = evidence.step, thing(evidence)
    task = f"지금은 {quoted(step.title)} 단계예요."
    if not wanted:
        return task
    match step.action:
        case "INPUT":
            return f"{task} {with_particle(wanted, '을')} 누르고 글자를 써 보세요."
        case "SCROLL":
            return f"{task} 화면을 천천히 밀면서 {with_particle(wanted, '을')} 찾아보세요."
        case "LONG_CLICK":
            return f"{task} {with_particle(wanted, '을')} 길게 눌러주세요."
        case _:
            return f"{task} {with_particle(wanted, '을')} 찾아서 눌러주세요."


def _first_untried(evidence: Evidence, found: list[Finding], asked: Finding | None) -> tuple[Finding | None, str]:
    """The leading finding and its words; the next one where the same words did not help a moment ago."""
    best = _lead(found, asked)
    others = [each for each in (asked, *found) if each is not None and each is not best]
    for lead in (best, *others):
        content = plain_text(_answer(evidence, lead, asked))
        if content not in evidence.tried:
            return lead, content
    return best, _GIVEN_UP


def _lead(found: list[Finding], asked: Finding | None) -> Finding | None:
    """What somebody says outweighs what their taps suggest, unless the phone is plainly somewhere else."""
    seen_best = found[0] if found else None
    if asked is None or (seen_best is not None and seen_best.strength > asked.strength):
        return seen_best
    return asked


def _answer(evidence: Evidence, lead: Finding | None, asked: Finding | None) -> str:
    if lead is not None and lead.name == "said_careful":
        return lead.advice
    parts = [lead.advice] if lead else []
    if lead is not None and lead.done:
        return " ".join(parts)
    if asked is not None and asked is not lead and not _alike(lead, asked):
        parts.append(asked.advice)
    if lead is not None and lead.name in ("wrong_app", "left_the_app") and not opens_app(evidence.step):
        parts.append("그다음 이렇게 하시면 돼요.")
    parts.append(instruction(evidence))
    if evidence.level == "BEGINNER":
        sign, gesture = _GESTURES.get(evidence.step.action or "", ("", ""))
        if gesture and not any(sign in part for part in parts):
            parts.append(gesture)
        if not any("괜찮" in part or "천천히" in part for part in parts):
            parts.append("천천히 하셔도 괜찮아요.")
    return " ".join(parts)


def _alike(lead: Finding | None, asked: Finding) -> bool:
    return lead is not None and (lead.name, asked.name) in _ALIKE


def _diagnosis(evidence: Evidence, lead: Finding | None, asked: Finding | None) -> str:
    if lead is None and not evidence.knows_taps:
        return f"{quoted(evidence.step.title)} 단계에서 도움이 필요합니다. 무엇이 어려운지는 알 수 없습니다"
    if lead is None:
        return f"{quoted(evidence.step.title)} 단계에서 다음에 할 일을 찾지 못하고 있습니다"
    if asked is not None and asked is not lead and not _alike(lead, asked):
        return f"{lead.diagnosis}. {asked.diagnosis}"
    return lead.diagnosis


def _confidence(evidence: Evidence, lead: Finding | None, found: list[Finding], asked: Finding | None) -> float:
    """The lead's own strength, more when another sign agrees, less when there was little to see."""
    score = lead.strength if lead else 0.35
    agreeing = sum(each is not lead for each in (*found[:3], *([asked] if asked else [])))
    score += _AGREEING * min(agreeing, 2)
    if not evidence.happenings and not evidence.app:
        score -= 0.15
    if not evidence.step.guide and not evidence.step.hint:
        score -= 0.1
    return round(min(max(score, _LEAST), _MOST), 2)
