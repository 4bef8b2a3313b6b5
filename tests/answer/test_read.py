"""Of all that was found, the few sentences that answer: in order, once each, a list as a whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.answer.read import Length, choose
from chatbot.types import Query

LONG = "word " * 60


@pytest.fixture
def answered(make_vocabulary):
    """Return the texts chosen for a question."""

    def ask(question, *hits, lang="en", length=None):
        chosen = choose(Query(question, lang), hits, make_vocabulary(), length or Length())
        return [found.sentence.text for found in chosen]

    return ask


# --- facts -----------------------------------------------------------------------------------------------------------


def test_one_good_sentence_is_enough(answered, make_hit):
    hit = make_hit(["It is 48 metres tall.", "It has a lamp.", "Crabs are sold."], [0.9, 0.3, 0.1])
    assert answered("How tall is it?", hit) == ["It is 48 metres tall."]


def test_sentences_that_are_nearly_as_good_stand_beside_it_in_reading_order(answered, make_hit):
    hit = make_hit(["One owner was Ann Lee.", "Crabs are sold.", "The harbour belonged to Bo."], [0.9, 0.1, 0.92])
    assert answered("Who owned it?", hit) == ["One owner was Ann Lee.", "The harbour belonged to Bo."]


def test_the_best_documents_sentences_come_first(answered, make_hit):
    first, second = make_hit(["Alpha owned it."], [0.9], path="z.md"), make_hit(["Beta sold boats."], [0.89], path="a.md")
    assert answered("Who was there?", second, first) == ["Alpha owned it.", "Beta sold boats."]


def test_a_sentence_that_says_it_again_is_left_out(answered, make_hit):
    hit = make_hit(["The tower is 48 metres tall.", "The tower is tall: 48 metres.", "A lamp shines."], [0.9, 0.9, 0.1])
    again = make_hit(["The tower is 48 metres tall."], [0.9], path="b.md")
    assert answered("How tall is the tower?", hit, again) == ["The tower is 48 metres tall."]


def test_what_the_best_sentence_lacks_is_added(answered, make_hit):
    hit = make_hit(["The tower was finished long ago.", "A lamp of nine watts shines.", "Crabs are sold."], [0.9, 0.6, 0.6])
    assert answered("When was the tower finished, what lamp watts?", hit)[:2] == [
        "The tower was finished long ago.",
        "A lamp of nine watts shines.",
    ]


@pytest.mark.parametrize("question", ["Who?", "Why?", "What is the difference between rope and sail?", "Which are the ports?"])
def test_there_are_never_more_sentences_than_allowed(answered, make_hit, question):
    hit = make_hit([f"Name{n} Surname{n} came on ship{n} because of storm{n}." for n in range(9)], [0.9] * 9)
    assert len(answered(question, hit)) == 4
    assert len(answered(question, hit, length=Length(sentences=2))) == 2


def test_an_answer_is_not_made_longer_than_allowed(answered, make_hit):
    hit = make_hit([f"{n} {LONG}{n}" for n in range(4)], [0.9] * 4)
    assert len(answered("Who?", hit)) == 1


def test_headings_and_questions_are_not_added(answered, make_hit):
    hit = make_hit([("heading", "Owners of boats"), "Is it Bo who sails?", "Ann Lee was the owner."], [0.9, 0.9, 0.95])
    assert answered("Who was the owner?", hit) == ["Ann Lee was the owner."]


@pytest.mark.parametrize("question", ["Who sank it?", "Why did it sink?", "List the reasons."])
@pytest.mark.parametrize("other", [("heading", "Why the ship sank"), "Why did the ship sink?"])
def test_a_heading_or_a_question_alone_is_no_answer(answered, make_hit, question, other):
    hit = make_hit([other, "Fog lay on the reef because of the cold water."], [0.9, 0.6])
    assert answered(question, hit)[-1] == "Fog lay on the reef because of the cold water."


def test_nothing_found_is_nothing_chosen(answered):
    assert answered("Who?") == []


# --- lists -----------------------------------------------------------------------------------------------------------

RULES = [
    "The tower is open.",
    ("lead", "Three rules must be kept:"),
    ("item", "No dogs."),
    ("item", "No fire."),
    ("item", "No shouting."),
    "Come again.",
]
WHOLE = ["Three rules must be kept:", "No dogs.", "No fire.", "No shouting."]


@pytest.mark.parametrize("best", [1, 2, 3, 4])
@pytest.mark.parametrize(("question", "lang"), [("List the rules.", "en"), ("規則を全部挙げてください", "ja")])
def test_a_list_is_given_whole_with_its_lead(answered, make_hit, question, lang, best):
    scores = [0.9 if n == best else 0.2 for n in range(len(RULES))]
    assert answered(question, make_hit(RULES, scores), lang=lang) == WHOLE


def test_a_sentence_that_announces_a_list_brings_it(answered, make_hit):
    hit = make_hit(["There are two rules.", ("item", "No dogs."), ("item", "No fire."), "Come again."], [0.9, 0.3, 0.3, 0.2])
    assert answered("What are the rules?", hit) == ["There are two rules.", "No dogs.", "No fire."]


def test_a_lead_is_never_left_alone_even_if_no_list_was_asked_for(answered, make_hit):
    assert answered("Is it allowed to come with a dog?", make_hit(RULES, [0.2, 0.9, 0.3, 0.2, 0.2, 0.2])) == WHOLE


def test_an_item_that_answers_a_plain_question_stands_for_itself(answered, make_hit):
    assert answered("Is fire allowed?", make_hit(RULES, [0.2, 0.3, 0.2, 0.9, 0.2, 0.2])) == ["No fire."]


def test_of_two_lists_only_the_one_asked_for_is_given(answered, make_hit):
    two = [*RULES[1:5], ("lead", "Two ports are near:"), ("item", "Northport."), ("item", "Southport.")]
    assert answered("List the ports.", make_hit(two, [0.2, 0.2, 0.2, 0.2, 0.8, 0.9, 0.7])) == [text for _, text in two[4:]]
    assert answered("List the rules.", make_hit(two, [0.8, 0.9, 0.7, 0.7, 0.2, 0.2, 0.2])) == WHOLE


def test_an_endless_list_is_cut(answered, make_hit):
    items = [("lead", "The boats:"), *(("item", f"Boat number {n}.") for n in range(40))]
    chosen = answered("List the boats.", make_hit(items, [0.9] * 41), length=Length(list_items=12))
    assert chosen == [text for _, text in items[:13]]


# --- reasons and comparisons -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "lang"), [("Why was it built?", "en"), ("なぜ建てられたのですか?", "ja")])
def test_a_reason_brings_the_sentence_beside_it(answered, make_hit, question, lang):
    hit = make_hit(
        ["Crabs are sold.", "Ships sank on the reef because of fog.", "Insurers had to pay.", "Lamps shine."],
        [0.2, 0.9, 0.5, 0.2],
    )
    assert answered(question, hit, lang=lang) == ["Ships sank on the reef because of fog.", "Insurers had to pay."]
    assert answered("Who sank?", hit) == ["Ships sank on the reef because of fog."]


def test_a_comparison_takes_both_sides_from_two_places(answered, make_hit):
    rope = make_hit(["The rope is made of hemp fibre."], [0.9], path="rope.md")
    sail = make_hit(["Every sail is woven cotton."], [0.5], path="sail.md")
    assert answered("What is the difference between rope and sail?", rope, sail) == [
        "The rope is made of hemp fibre.",
        "Every sail is woven cotton.",
    ]


# --- always ----------------------------------------------------------------------------------------------------------

KINDS = st.sampled_from(["prose", "prose", "lead", "item", "row", "heading"])
WORDS = st.text(st.sampled_from("ab cd塔橋.?:。"), min_size=1, max_size=12).filter(str.strip)
PIECES = st.lists(st.tuples(KINDS, WORDS, st.floats(-1, 2)), min_size=1, max_size=8)
ASKED = st.sampled_from(["List the a.", "Why b?", "How does a differ from b?", "Who?", "塔は?", "なぜ?", "全部挙げて"])


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, min_size=1, max_size=4), ASKED)
def test_whatever_is_found_sentences_are_chosen_once_and_in_order(passages, question):
    from chatbot import language
    from chatbot.types import Document, Hit, Passage, Sentence, Term

    class Words:
        def look_up(self, text, lang):
            return tuple(Term(((term,),), 1.0) for term in dict.fromkeys(language.terms(text)))

        def strangers(self, text):
            return ()

    hits = []
    for number, pieces in enumerate(passages):
        sentences = tuple(Sentence(20 * n, 20 * n + len(text), text, kind) for n, (kind, text, _) in enumerate(pieces))
        passage = Passage(Document(f"{number}.md", "", "text", "", "en"), (), sentences)
        scores = tuple(score for *_, score in pieces)
        hits.append(Hit(passage, max(scores), (), scores))
    query = Query(question, language.detect(question))
    chosen = choose(query, hits, Words())
    places = [(found.passage.document.path, found.sentence.start) for found in chosen]
    assert len(set(places)) == len(places) <= 13
    if any(kind in ("prose", "item", "row") for pieces in passages for kind, *_ in pieces):
        assert places
    for path in dict.fromkeys(path for path, _ in places):
        starts = [start for where, start in places if where == path]
        assert starts == sorted(starts)
    assert choose(query, hits[::-1], Words()) == chosen
