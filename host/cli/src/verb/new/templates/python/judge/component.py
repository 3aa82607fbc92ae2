"""Meets the host: the component's export, and the only place that calls an import."""

import traceback

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.judging import Ruling_Abstain, Ruling_Score, Verdict
from wit_world.imports import trajectory
from wit_world.imports.trajectory import Happening_Answered, Happening_Failed
from wit_world.imports.types import Error_InvalidArgument, Error_Other

import deciding

# Events asked for at one time; the host gives no more than 1,000.
PAGE = 200


class Judging(exports.Judging):
    """The look, as the host sees it."""

    def judge(self, criterion: str) -> Verdict:
        try:
            wanted = deciding.parse(criterion)
            decision = deciding.decide(wanted, ends())
        except deciding.InvalidCriterion as error:
            raise Err(Error_InvalidArgument(str(error))) from None
        except Exception:
            raise Err(Error_Other(traceback.format_exc())) from None
        ruling = Ruling_Abstain() if decision.score is None else Ruling_Score(decision.score)
        return Verdict(ruling, decision.reason, decision.evidence)


def ends() -> list[deciding.End]:
    """Every event of the trial that ends it."""
    found = []
    seen = 0
    while page := trajectory.events(seen, PAGE):
        seen += len(page)
        for event in page:
            match event.happening:
                case Happening_Answered(text):
                    found.append(deciding.End(event.index, answered=True, text=text))
                case Happening_Failed(text):
                    found.append(deciding.End(event.index, answered=False, text=text))
    return found
