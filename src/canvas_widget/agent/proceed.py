"""“Continue”: how a user says that a turn which stopped at a limit shall go on, and what is left of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from canvas_widget.agent.stream import ToolCall

__all__ = ["Unfinished", "says_continue"]

_YES = (
    r"(?:yes|yeah|yep|yup|ok|okay|sure|alright|all right|right|please|fine|good|great|ja|jawohl|klar|gerne?|bitte|oui|"
    r"d'accord|s[ií]|vale|certo)"
)
_GO = (
    r"(?:continue|continu(?:er|ez|a|ar)|contin[uú]a|go on|go ahead|carry on|keep going|keep on|proceed|resume|"
    r"move on|finish(?: it| that| them| up| the rest| the job)?|do(?: it| so| the rest| them)?|complete it|"
    r"the rest|next|more|(?:mach(?:e|en)? )?(?:nur )?weiter(?:machen| so)?|fahre? (?:bitte )?fort|fortfahren|"
    r"fortsetzen|sigue|adelante|suivant|poursuis|avanti)"
)
_TAIL = (
    r"(?:please|bitte|then|now|with (?:it|that|this|the rest|the others)|it|from there|from where you (?:stopped|left "
    r"off)|where you (?:stopped|left off)|as planned|until (?:it is |you are )?done|mit dem rest|damit|"
    r"s'il (?:te|vous) pla[iî]t|por favor|and finish(?: it)?|if you can|thanks|thank you|danke)"
)
_CONTINUE = re.compile(
    rf"(?:{_YES} )*(?:(?:you (?:can|may|should) |let's |just |now |then |can you |could you |kannst du )?"
    rf"{_GO}(?: {_TAIL})*|{_YES})(?: {_YES})*",
    re.IGNORECASE,
)
LONGEST = 80
MOST_CALLS = 30
LONGEST_CALL = 1000


def says_continue(prompt: str) -> bool:
    """Whether a prompt says nothing but “go on”, in one of the languages it is likely said in."""
    if len(prompt) > LONGEST:
        return False
    plain = re.sub(r"[\s.,;:!?…–—-]+", " ", prompt.replace("’", "'")).strip().casefold()
    return bool(plain) and _CONTINUE.fullmatch(plain) is not None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A turn that stopped at a limit: what was asked, which limit, and the calls it still wanted to make."""

    turn_id: str
    prompt: str
    limit: str
    wanted: tuple[ToolCall, ...] = ()

    def told(self) -> str:
        """What the model is told beside the user's “continue”: where it stopped and what it wanted to do next."""
        lines = [
            f"(Go on with the prompt {json.dumps(self.prompt, ensure_ascii=False)}; the limit of {self.limit} ended it."
        ]
        if self.wanted:
            calls = "\n".join(
                f"- {call.name} {(call.arguments or '{}')[:LONGEST_CALL]}" for call in self.wanted[:MOST_CALLS]
            )
            if len(self.wanted) > MOST_CALLS:
                calls += f"\n- and {len(self.wanted) - MOST_CALLS} more of that kind"
            lines.append(
                f"These calls were wanted next and did not run:\n{calls}\nMake them now, then whatever else is left.)"
            )
        else:
            lines.append("Do what is left of it.)")
        return " ".join(lines)
