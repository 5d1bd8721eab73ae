"""Tolls: how many were killed, injured, missing or held, in the ways that news says it."""

from __future__ import annotations

from functools import cache

import pytest

from pipelines.extract.context import Context, Paragraph
from pipelines.extract.nlp import load_model, parse
from pipelines.extract.quantities import find_claims
from pipelines.model import NumericClaim

# A sentence and its counts: value and category, `+` behind one on top of others, `<` behind a part.
TOLLS = {
    "Two people were killed and three others injured when a van hit a kiosk.": "2 killed, 3 injured+",
    "The blast left five dead.": "5 killed",
    "The blast left five dead and 12 wounded.": "5 killed, 12 injured",
    "A third victim died on Monday.": "",
    "A lorry overturned on the coast road, killing four.": "4 killed",
    "A lorry overturned, killing four and injuring six others.": "4 killed, 6 injured+",
    "The death toll rose to 12 on Friday.": "12 killed",
    "The death toll from the fire has risen to 14, officials said.": "14 killed",
    "Four people, including two children, were shot outside the cinema.": "4 casualties, 2 casualties<",
    "Another three were wounded.": "3 injured+",
    "Another three people were wounded in the stampede.": "3 injured+",
    "No one was injured in the blaze.": "0 injured",
    "Nobody was hurt, police said.": "0 injured",
    "No injuries were reported.": "0 injured",
    "No other injuries were reported.": "0 injured+",
    "No one else was injured.": "0 injured+",
    "None of the passengers was hurt.": "0 injured",
    "No arrests have been made.": "0 detained",
    "No one knows who shot him.": "",
    "Nobody wants to die.": "",
    "Zero deaths were recorded.": "0 killed",
    "A man was shot and killed near the station.": "",
    "The gunman and two victims died at the scene.": "2 killed",
    "At least 12 dead after ferry sinks off the cape.": "12 killed",
    "At least nine people died and dozens more were hurt.": "9 killed, 12 injured+",
    "Seven people were taken to hospital with minor injuries.": "7 injured",
    "Two people died and 11 were rushed to hospital after the crash.": "2 killed, 11 injured",
    "Three were pronounced dead at the scene.": "3 killed",
    "Nineteen people have been confirmed dead.": "19 killed",
    "More than 100 were feared dead.": "100 killed",
    "Six people remain missing after the landslide.": "6 missing",
    "Rescuers are still searching for 11 missing hikers.": "11 missing",
    "Some 30 people are unaccounted for.": "30 missing",
    "Officials put the number of missing at 16.": "16 missing",
    "The number of dead climbed to 23.": "23 killed",
    "Police arrested 15 people after the march.": "15 detained",
    "Fifteen people were arrested, among them three minors.": "15 detained, 3 detained<",
    "Police took 20 protesters into custody.": "20 detained",
    "Police said two suspects were in custody.": "2 detained",
    "Two men arrested after raid.": "2 detained",
    "Eight of the 20 passengers were hurt.": "8 injured<, 20 attendees",
    "The crash killed all 44 people on board.": "44 killed",
    "The crash claimed seven lives.": "7 killed",
    "A total of 19 people lost their lives.": "19 killed",
    "Two officers were wounded in the shootout.": "2 injured",
    "Police shot and wounded two men.": "2 injured",
    "Soldiers shot dead two gunmen.": "2 killed",
    "Two of the attackers were shot dead.": "2 killed",
    "Two gunmen killed six people.": "2 fighters, 6 killed",
    "Three officers shot a man outside the bar.": "3 police",
    "Five soldiers freed 20 hostages.": "5 troops, 20 hostages",
    "Three hostages were killed during the raid.": "3 killed",
    "Five victims were treated for gunshot wounds.": "5 injured",
    "The fire killed a mother and her two children.": "2 killed",
    "Three men, two women and a child were killed.": "3 killed, 2 killed",
    "Five people, including two children and three women, were killed.": "5 killed, 2 killed<, 3 killed<",
    "Four people were shot, two of them fatally.": "4 casualties, 2 killed<",
    "Four people were shot, one fatally.": "4 casualties, 1 killed<",
    "Ten people were stabbed, three of whom died later.": "10 casualties, 3 killed<",
    "Of the 31 injured, five are in critical condition.": "31 injured, 5 injured<",
    "Two of the injured died overnight.": "2 killed",
    "Twenty-two people, among them five firefighters, were injured.": "22 injured, 5 injured<",
    "There were 17 fatalities.": "17 killed",
    "The bodies of three climbers were found on Sunday.": "3 killed",
    "Three more bodies were pulled from the rubble.": "3 killed+",
    "Two more people have died, taking the total to nine.": "2 killed+, 9 killed",
    "The toll now stands at 45 dead and 130 injured.": "45 killed, 130 injured",
    "One person was killed and two were critically injured.": "1 killed, 2 injured",
    "The crash left one dead and two injured.": "1 killed, 2 injured",
    "The collision left one person dead and four others with serious injuries.": "1 killed, 4 injured+",
    "The siege left 40 homeless.": "40 displaced",
    "Twelve thousand people fled their homes.": "12000 displaced",
    "About 60 people were rescued from rooftops.": "60 rescued",
    "The killing of three aid workers drew protests.": "3 killed",
    "A 12-year-old girl and two adults were among the dead.": "12 age, 2 killed",
    "Two workers, aged 24 and 31, were hurt.": "2 injured, 24 age, 31 age",
    "Some 300 people were hospitalized with cholera.": "300 infected",
    "Two dogs were killed in the fire.": "2 animals",
    "Two people wanted to leave.": "2 people",
    "She has two children.": "2 people",
    "Six suspects remain at large.": "6 people",
    "Nearly 10,000 jobs disappeared.": "10000 employees",
    "No one has captured the problem better.": "",
    "The office released 300 emails.": "300 other_count",
    "Two people left the meeting.": "2 people",
    "Sixteen people, most of them women, were trampled to death.": "16 killed",
    "Officials raised the death toll to 64, with 120 still missing.": "64 killed, 120 missing",
    "Ten people, three of them children, remain in hospital.": "10 injured, 3 injured<",
    "Six shots were fired.": "6 attacks",
}


@cache
def _claims(text: str) -> tuple[NumericClaim, ...]:
    doc = next(iter(parse([text], load_model())))
    return tuple(find_claims(Context("d", text, [Paragraph(0, "body", 0, doc[:])]), [], []))


def _written(claim: NumericClaim) -> str:
    more = "+" if "additional" in claim.flags else ""
    return f"{claim.value:g} {claim.category}{more}{'<' if claim.relation == 'part_of' else ''}"


@pytest.mark.parametrize("text", TOLLS)
def test_toll(text: str) -> None:
    assert ", ".join(_written(claim) for claim in _claims(text)) == TOLLS[text]


@pytest.mark.parametrize(
    ("text", "nouns"),
    [
        ("The blast left five dead and 12 wounded.", ["dead", "wounded"]),
        ("A lorry overturned, killing four.", [None]),
        ("Three were pronounced dead at the scene.", [None]),
        ("Soldiers killed 20 rebels and captured seven.", ["rebels", "rebels"]),
        ("Two people were killed and three others injured.", ["people", "others"]),
    ],
)
def test_those_counted_are_never_what_befell_them(text: str, nouns: list[str | None]) -> None:
    assert [claim.noun for claim in _claims(text)] == nouns
