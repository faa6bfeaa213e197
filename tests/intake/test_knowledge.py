"""What customers find by themselves: questions, answers, products; suggestions while they write, of which nothing is kept."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from complaints.models import Article, ArticleUse, Product
from intake.models import Attempt
from tests.canaries import tables_with
from tests.factories.cases import Office

pytestmark = pytest.mark.django_db


def article(office: Office, **changes: Any) -> Article:
    values: dict[str, Any] = {
        "question": "热水器漏水怎么办？", "answer": "先关进水阀，再联系我们。", "question_en": "The water heater leaks. What now?",
        "answer_en": "Close the inlet valve, then call us.", "owner": office.manager, "review_on": date(2027, 1, 1), "public": True,
        "state": "published",
    }  # fmt: skip
    return Article.objects.create(**(values | changes))


def page(path: str, language: str = "zh-CN") -> str:
    return Client().get(path, headers={"accept-language": language}).content.decode()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_opens_with_few_queries(office: Office, language: str, django_assert_max_num_queries: Any) -> None:
    product = Product.objects.create(code="WH-60", name="热水器 60 升", public=True, material="不锈钢内胆")
    one = article(office, product=product)
    for path in ("/questions/", "/questions/?q=漏水", f"/questions/{one.pk}/", "/products/", "/products/wh-60/"):
        with django_assert_max_num_queries(10):
            assert Client().get(path, headers={"accept-language": language}).status_code == 200, path


def test_customers_read_what_is_published_and_public_alone(office: Office) -> None:
    shown = article(office)
    unseen: tuple[dict[str, Any], ...] = ({"public": False}, {"state": "draft"}, {"state": "retired"})
    hidden = [article(office, question=f"内部 {n}", **how) for n, how in enumerate(unseen)]
    text = page("/questions/")
    assert shown.question in text
    for one in hidden:
        assert one.question not in text
        assert Client().get(f"/questions/{one.pk}/").status_code == 404
        assert Client().post(f"/questions/{one.pk}/").status_code == 404


def test_an_answer_comes_in_the_readers_language_or_in_the_one_there_is(office: Office) -> None:
    both, chinese = article(office), article(office, question_en="", answer_en="", question="只有中文")
    assert "The water heater leaks" in page(f"/questions/{both.pk}/", "en")
    assert "热水器漏水" in page(f"/questions/{both.pk}/")
    assert "只有中文" in page(f"/questions/{chinese.pk}/", "en")


def test_search_finds_chinese_and_english_words_and_says_when_there_is_nothing(office: Office) -> None:
    one = article(office)
    for asked in ("漏水", "热水器", "heater", "我家的热水器突然漏水了"):
        assert one.question in page(f"/questions/?q={asked}"), asked
    assert one.question not in page("/questions/?q=发票")


def test_it_solved_it_is_counted_without_a_trace_of_the_reader(office: Office) -> None:
    one = article(office)
    response = Client().post(f"/questions/{one.pk}/")
    assert response.status_code == 302
    use = ArticleUse.objects.get()
    assert (use.article, use.complaint, use.by) == (one, None, None)


def test_it_solved_it_cannot_be_said_without_end(office: Office, settings: Any) -> None:
    settings.LIMITS = settings.LIMITS | {"helped": (2, 3600)}
    one = article(office)
    statuses = [Client().post(f"/questions/{one.pk}/").status_code for _time in range(4)]
    assert statuses == [302, 302, 429, 429]
    assert ArticleUse.objects.count() == 2


def test_suggestions_come_while_writing_and_nothing_of_the_text_is_kept(office: Office) -> None:
    one = article(office)
    response = Client().post("/questions/suggest/", {"story": "我家刚买的热水器一直漏水，金丝雀都淹了"})
    assert one.question in response.content.decode()
    assert response["Cache-Control"].startswith("max-age=0")
    assert tables_with("金丝雀") == []
    assert Attempt.objects.filter(act="suggest").count() == 1


def test_a_text_that_has_nothing_to_do_with_it_gets_no_suggestion(office: Office) -> None:
    article(office)
    for story in ("发票抬头写错了，请重开", "的了是在我们", "水", "", "\x00\x00", "({[%"):
        assert "热水器" not in Client().post("/questions/suggest/", {"story": story}).content.decode(), story


def test_suggestions_are_not_given_without_end(office: Office, settings: Any) -> None:
    settings.LIMITS = settings.LIMITS | {"suggest": (1, 3600)}
    statuses = [Client().post("/questions/suggest/", {"story": "热水器漏水了"}).status_code for _time in range(2)]
    assert statuses == [200, 429]


def test_a_suggestion_is_asked_for_by_post_alone(office: Office) -> None:
    assert Client().get("/questions/suggest/?story=x").status_code == 405


def test_reports_of_misconduct_are_not_sent_anywhere_while_they_are_written(office: Office) -> None:
    assert "data-suggest" in page("/complain/")
    assert "data-suggest" not in page("/complain/?kind=report")


def test_r7_what_stands_in_articles_and_products_is_text(office: Office) -> None:
    evil = '"><svg/onload=window.__x=1>'
    product = Product.objects.create(code="EVIL", name=evil, public=True, material=evil, right_use=evil)
    one = article(office, question=evil, answer=evil, product=product)
    for path in ("/questions/", f"/questions/{one.pk}/", "/products/", "/products/EVIL/"):
        assert "<svg" not in page(path), path


def test_a_product_shows_what_is_known_of_it_in_both_languages(office: Office) -> None:
    Product.objects.create(
        code="WH-60",
        name="热水器",
        name_en="Water heater",
        public=True,
        material="不锈钢内胆",
        material_en="Stainless steel",
        right_use="先通水再通电",
    )
    Product.objects.create(code="SECRET", name="未上市", public=False)
    assert "不锈钢内胆" in page("/products/WH-60/")
    english = page("/products/WH-60/", "en")
    assert "Stainless steel" in english
    assert "先通水再通电" in english  # better in Chinese than not at all
    assert "未上市" not in page("/products/")
    assert Client().get("/products/SECRET/").status_code == 404


def test_the_stored_words_follow_every_change(office: Office) -> None:
    one = article(office)
    one.question = "电视机没有声音"
    one.save()
    assert Article.objects.search("电视机").get() == one
