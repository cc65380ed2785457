"""The local analyser: the strongest finding, what was asked, and the step's own guide, in a few plain sentences."""

from __future__ import annotations

from mobilegpt.activity.page_events import NOTHING_TOLD, PageEvidence
from mobilegpt.core.locale import Language, Words, speaking
from mobilegpt.core.locale import spoken as spoken_language
from mobilegpt.guidance.app_names import place_name
from mobilegpt.guidance.events import Kind
from mobilegpt.helpdesk.analysis.calibration import UNKNOWN, confidence
from mobilegpt.helpdesk.analysis.complaints import is_generic
from mobilegpt.helpdesk.analysis.evidence import Evidence, StepFacts, name_of
from mobilegpt.helpdesk.analysis.finding import Finding, complaint
from mobilegpt.helpdesk.analysis.findings import find
from mobilegpt.helpdesk.analysis.korean import is_polite, quoted, sentence, spoken, with_particle
from mobilegpt.helpdesk.analysis.risks import WAIT_FOR_ME, risk_of
from mobilegpt.helpdesk.analysis.verdict import Basis, Verdict
from mobilegpt.helpdesk.analysis.withholding import RISK
from mobilegpt.language.safety import is_safe, plain_text

SOURCE = "LOCAL"
_GIVEN_UP = Words(
    "알려드린 방법이 잘 안 되셨군요. 화면을 그대로 두고 손을 들어 선생님을 불러주세요.",
    "That did not help. Leave the screen as it is, raise your hand and call your teacher.",
)
# How to move the finger, for beginners; the word by which one sees that it was said already.
_GESTURES = {
    "TAP": (
        Words("짧게", "briefly"),
        Words("손가락 끝으로 한 번만 짧게 누르면 돼요.", "Press once, briefly, with your fingertip."),
    ),
    "LONG_TAP": (
        Words("댄 채", "count to two"),
        Words("손가락을 댄 채로 둘까지 센 다음 떼면 돼요.", "Keep your finger there, count to two, then let go."),
    ),
    "SCROLL": (
        Words("천천히", "slowly"),
        Words("손가락을 댄 채로 천천히 밀면 돼요.", "Keep your finger on the screen and move it slowly."),
    ),
    "INPUT": (
        Words("괜찮아요", "fine"),
        Words("틀려도 괜찮아요. 한 글자씩 쓰면 돼요.", "Mistakes are fine. Type one letter after the other."),
    ),
    "OPEN": (
        Words("기다려", "wait"),
        Words("화면이 바뀔 때까지 조금 기다려 주세요.", "Please wait a little for the screen to change."),
    ),
}
_HURRY = (Words("괜찮", "fine"), Words("천천히", "slowly"))
_NO_HURRY = Words("천천히 하셔도 괜찮아요.", "There is no hurry.")
_SCREEN = Words("지금 화면: {place}", "Screen now: {place}")
_STUCK = Words("이 단계에 머문 시간: {n}초", "On this step for {n} seconds")
_COUNTED = {
    Kind.TAP: Words("누르기 {n}번", "taps: {n}"),
    Kind.LONG_TAP: Words("길게 누르기 {n}번", "long taps: {n}"),
    Kind.SCROLL: Words("밀기 {n}번", "swipes: {n}"),
    Kind.INPUT: Words("글자 쓰기 {n}번", "typing: {n}"),
    Kind.BACK: Words("뒤로 {n}번", "back: {n}"),
}
_LAST_TAPS = Words("마지막으로 누른 곳: {names}", "Pressed last: {names}")
_NOT_REPORTED = Words("이 휴대폰은 어디를 눌렀는지 알려 주지 않아요.", "This phone does not report what is pressed.")
_FLOATING = Words("안내를 띄워 두고 있어요.", "They keep the guide in view.")
_HEARD = Words("안내를 끝까지 {n}번 들었어요.", "Times they heard the guide to its end: {n}.")
_ENLARGED = Words("그림을 {n}번 크게 봤어요.", "Times they enlarged the picture: {n}.")
_AWAY = Words("수업 화면을 {n}번 떠났어요.", "Times they left the page of the class: {n}.")
_LATELY = Words("최근 5분: {what}", "In the last 5 minutes: {what}")
_NONE = Words("누르거나 민 기록이 없음", "no taps or swipes reported")
_STEP = Words("지금은 {title} 단계예요.", "This is the step {title}.")
_PRESS = Words("{it} 찾아서 눌러주세요.", "Find {place} and press it.")
_HOW = {
    "INPUT": Words("{it} 누르고 글자를 써 보세요.", "Press {place} and type."),
    "SCROLL": Words("화면을 천천히 밀면서 {it} 찾아보세요.", "Move the screen slowly and look for {place}."),
    "LONG_TAP": Words("{it} 길게 눌러주세요.", "Press {place} and hold it."),
}
_UNKNOWN = Words(
    "{title} 단계예요. 무엇이 어려운지는 알 수 없어요",
    "The step is {title}. What is difficult is not known",
)
_NOTHING_FOUND = Words(
    "{title} 단계예요. 기록에서 눈에 띄는 것은 없어요",
    "The step is {title}. Nothing stands out in what the phone reported",
)


def analyse(evidence: Evidence) -> Verdict:
    """Never raises for odd evidence; without any it still says how to do the step. Only what a person
    has to decide is withheld here: then the answer is the teacher's own words."""
    risk = risk_of(evidence)
    if risk is not None:
        return _verdict(evidence, risk.name, risk.diagnosis.said(), risk.suggestion.said(), withheld=RISK)
    found = find(evidence)
    lead, content = _first_untried(evidence, found)
    diagnosis = lead.diagnosis if lead is not None else _nothing_known(evidence)
    asked = complaint(evidence)
    if lead is not None and asked is not None and asked.diagnosis.said() != diagnosis:
        diagnosis = f"{diagnosis}. {asked.diagnosis.said()}"
    if not is_safe(content):
        return _verdict(evidence, "risk_step", diagnosis, WAIT_FOR_ME.said(), withheld=RISK)
    untried = bool(found) and plain_text(_answer(evidence, found[0])) not in evidence.tried
    return _verdict(
        evidence,
        lead.name if lead is not None else "",
        diagnosis,
        content,
        sure=confidence(lead.name) if lead is not None and untried else UNKNOWN,
        rests_on=basis(evidence, *(lead.rests_on if lead is not None else ()), *_guided(evidence, lead)),
    )


def _verdict(
    evidence: Evidence,
    finding: str,
    diagnosis: str,
    content: str,
    *,
    sure: float = UNKNOWN,
    rests_on: tuple[Basis, ...] = (),
    withheld: str = "",
) -> Verdict:
    return Verdict(
        source=SOURCE,
        problem_diagnosis=diagnosis,
        help_content=content,
        voice_guide_text=spoken(content),
        confidence_score=sure,
        finding=finding,
        evidence=seen(evidence),
        rests_on=rests_on or basis(evidence),
        withheld=withheld,
        app=evidence.app,
        screen=evidence.screen,
    )


def basis(evidence: Evidence, *found: Basis) -> tuple[Basis, ...]:
    """What an answer rests on: what was found, and what was asked, in the order of ``Basis``."""
    known = set(found)
    if evidence.step.by_hint:
        known.discard(Basis.EXPECTATION)
    if evidence.message and not is_generic(evidence.message):
        known.add(Basis.WORDS)
    if evidence.reason:
        known.add(Basis.REASON)
    if evidence.page != NOTHING_TOLD:
        known.add(Basis.PAGE)
    return tuple(each for each in Basis if each in known)


def analyse_in(language: Language, evidence: Evidence) -> Verdict:
    """As ``analyse``, all of it in this language."""
    with speaking(language):
        return analyse(evidence)


def seen(evidence: Evidence) -> list[str]:
    """The evidence in short sentences, for the teacher's eyes, in the language of the moment."""
    lines = []
    if evidence.app or evidence.screen:
        name = place_name(evidence.app) or evidence.app
        lines.append(_SCREEN.said(place=" · ".join(part for part in (name, evidence.screen) if part)))
    if evidence.stuck_seconds:
        lines.append(_STUCK.said(n=evidence.stuck_seconds))
    counts = [words.said(n=len(found)) for kind, words in _COUNTED.items() if (found := evidence.of_kind(kind))]
    lines.append(_lately(evidence, counts))
    names = [name for each in evidence.of_kind(Kind.TAP, Kind.LONG_TAP) if (name := name_of(each))]
    if names:
        lines.append(_LAST_TAPS.said(names=", ".join(quoted(name) for name in dict.fromkeys(names[-3:]))))
    return [*lines, *_told_by_page(evidence.page)]


def _told_by_page(page: PageEvidence) -> list[str]:
    """What it knows; of what it does not, nothing is said."""
    counted = ((_HEARD, page.heard), (_ENLARGED, page.enlarged), (_AWAY, page.away))
    return [
        *([_FLOATING.said()] if page.floating else []),
        *(words.said(n=count) for words, count in counted if count),
    ]


def _lately(evidence: Evidence, counts: list[str]) -> str:
    """What is not reported is not known, and is not called nothing."""
    if not evidence.knows_taps:
        return _NOT_REPORTED.said()
    return _LATELY.said(what=", ".join(counts) if counts else _NONE.said())


def instruction(evidence: Evidence) -> str:
    """How to do the step: its own guide, else what its title, action and hint say."""
    guide = sentence(" ".join(evidence.step.guide.split()))
    if not guide:
        return _from_target(evidence.step)
    return guide if is_polite(guide) or spoken_language() is not Language.KOREAN else f"이렇게 해보세요. {guide}"


def _from_target(step: StepFacts) -> str:
    task = _STEP.said(title=quoted(step.title))
    if not step.thing:
        return task
    how = _HOW.get(step.gesture, _PRESS).said(it=with_particle(step.thing, "을"), place=step.thing)
    return f"{task} {how}"


def _first_untried(evidence: Evidence, found: list[Finding]) -> tuple[Finding | None, str]:
    """The leading finding and its words; the next one where the same words did not help a moment ago."""
    for lead in (*found, None):
        content = plain_text(_answer(evidence, lead))
        if content not in evidence.tried:
            return lead, content
    return found[0] if found else None, _GIVEN_UP.said()


def _answer(evidence: Evidence, lead: Finding | None) -> str:
    parts = [lead.advice] if lead is not None and lead.advice else []
    if lead is not None and not lead.guide:
        return " ".join(parts)
    parts.append(instruction(evidence))
    if evidence.level == "BEGINNER":
        gesture = _GESTURES.get(evidence.step.gesture)
        if gesture is not None and not _has(parts, gesture[0]):
            parts.append(gesture[1].said())
        if not any(_has(parts, sign) for sign in _HURRY):
            parts.append(_NO_HURRY.said())
    return " ".join(parts)


def _guided(evidence: Evidence, lead: Finding | None) -> tuple[Basis, ...]:
    return (Basis.GUIDE,) if evidence.step.guide and (lead is None or lead.guide) else ()


def _has(parts: list[str], sign: Words) -> bool:
    return any(sign.said() in part for part in parts)


def _nothing_known(evidence: Evidence) -> str:
    words = _NOTHING_FOUND if evidence.knows_taps else _UNKNOWN
    return words.said(title=quoted(evidence.step.title))
