"""What docker/compose.yaml promises of its parts together, on real ones: two services on one folder of builds, Chroma,
PostgreSQL and Redis. The tests go on from one another's state; each leaves all parts at work, the last one excepted.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import httpx
import pytest

from app.settings import PROJECT
from tests.api.test_rate_limit import redis
from tests.api.test_serving import QUESTIONS
from tests.docker.composition import Composition, People, Service, free_port, until
from tests.test_question_log_postgres import Postgres

ENGLISH = "How do I get a tax card?"
BEFORE, AFTER = "Give the tax card to your employer.", "Give the tax card to your employer on paper."


@pytest.fixture(scope="module")
def composition(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Composition]:
    """In the order of the compose file: the stores, the ingest, then the services."""
    folder = tmp_path_factory.mktemp("composition")
    knowledge = folder / "knowledge"
    shutil.copytree(PROJECT / "knowledge", knowledge)
    database, chroma_port = postgres.database(), free_port()
    with redis(folder) as (_, redis_url):
        settings = {
            "PATH": "/usr/bin:/bin",
            "OMP_NUM_THREADS": "1",
            "ESPOO_DATA_DIR": str(folder / "data"),
            "ESPOO_KNOWLEDGE_DIR": str(knowledge),
            "ESPOO_CHROMA_URL": f"http://127.0.0.1:{chroma_port}",
            "ESPOO_DATABASE_URL": database,
            "ESPOO_REDIS_URL": redis_url,
            "ESPOO_SECRET_KEY": "the same for both",
            "ESPOO_TRUSTED_PROXIES": "127.0.0.1",
        }
        parts = Composition(folder, knowledge, database, settings, chroma_port)
        try:
            parts.start_chroma()
            code, report = parts.ingest("run")
            assert code == 0, report
            parts.start_services(2)
            yield parts
        finally:
            parts.stop()


def test_both_answer_in_three_languages(composition: Composition) -> None:
    builds = {service.readiness()["build"] for service in composition.services}
    assert len(builds) == 1
    for language, question in QUESTIONS:
        one, other = (service.answer(question, language) for service in composition.services)
        assert (one["status"], one["language"], one["build"]) == ("answered", language, *builds)
        assert one["citations"]
        assert (one["text"], one["citations"]) == (other["text"], other["citations"])
    for service in composition.services:
        state = service.readiness()
        assert (state["degraded"], state["store"]["reachable"]) == ([], True)
        assert service.megabytes < 600


def test_a_conversation_goes_on_at_the_other_at_once(composition: Composition) -> None:
    """A proxy may send the next question anywhere, and a person may have typed it already."""
    one, other = composition.services
    for first, second in ((one, other), (other, one)) * 10:
        begun = first.answer(ENGLISH, "en")
        followed = second.answer("How long is it valid?", "en", conversation_id=begun["conversation_id"])
        assert followed["conversation_id"] == begun["conversation_id"]
        assert followed["standalone"] != followed["question"], "the first question was not seen"


def test_the_same_id_gives_the_same_answer_from_both(composition: Composition) -> None:
    one, other = composition.services
    number = str(uuid.uuid4())
    first = one.answer(ENGLISH, "en", id=number)
    _until_written(composition)
    assert other.answer(ENGLISH, "en", id=number) == first
    fetched = httpx.get(f"{other.url}/api/v1/answers/{number}")
    assert fetched.json() == first
    assert other.ask("Something else?", "en", id=number).status_code == 409
    rated = httpx.post(f"{other.url}/api/v1/answers/{number}/feedback", json={"helpful": True})
    assert rated.is_success
    forgotten = httpx.delete(f"{other.url}/api/v1/conversations/{first['conversation_id']}")
    assert forgotten.is_success
    assert composition.logged(f"SELECT count(*) FROM questions WHERE id = '{number}'") == [(0,)]


def test_the_limit_is_shared(composition: Composition) -> None:
    client = "198.51.100.7"
    codes = [composition.services[turn % 2].ask("Hello", "en", client).status_code for turn in range(34)]
    assert codes[:30] == [200] * 30
    assert 429 in codes[30:], "thirty a minute for both together"


def test_a_worker_signs_in_at_one_and_is_signed_in_and_out_at_both(composition: Composition) -> None:
    one, other = (service.url for service in composition.services)
    add = [sys.executable, "-m", "app", "accounts", "add", "maija"]
    subprocess.run(add, cwd=PROJECT, env=composition.settings, input="korvatunturi 1927\n", text=True, check=True)
    with httpx.Client() as worker:
        form = {"name": "maija", "password": "korvatunturi 1927"}
        assert worker.post(f"{one}/staff/sign-in", data=form, headers={"Origin": one}).status_code == 303
        page = worker.get(f"{other}/staff/")
        assert page.status_code == 200
        token = page.text.partition('name="csrf" value="')[2].partition('"')[0]
        left = worker.post(f"{other}/staff/sign-out", data={"csrf": token}, headers={"Origin": other})
        assert left.status_code == 303
    with httpx.Client(cookies={}) as thief:
        assert thief.get(f"{one}/staff/", headers={"Cookie": page.request.headers["Cookie"]}).status_code == 303


def test_a_new_build_and_a_rollback_reach_both_and_nobody_waits_in_vain(composition: Composition) -> None:
    page = composition.knowledge / "tax-card" / "en.md"
    old = [service.readiness()["build"] for service in composition.services]
    people = People()
    with people.asking(composition.services, ENGLISH, "en"):
        page.write_text(page.read_text(encoding="utf-8").replace(BEFORE, AFTER), encoding="utf-8")
        code, report = composition.ingest("run")
        assert (code, report["updated"]) == (0, 1)
        _until_served(composition, report["build"])
        assert all(AFTER in service.answer(ENGLISH, "en")["text"] for service in composition.services)
        code, turned = composition.ingest("rollback")
        assert (code, turned["current"]) == (0, old[0])
        _until_served(composition, old[0])
        assert all(AFTER not in service.answer(ENGLISH, "en")["text"] for service in composition.services)
    assert len(people.statuses) > 20
    assert set(people.statuses) == {"answered"}
    until(lambda: not any(service.readiness()["degraded"] for service in composition.services))


def test_without_chroma_both_answer_and_say_so(composition: Composition) -> None:
    before = [service.answer(ENGLISH, "en")["text"] for service in composition.services]
    served = composition.services[0].readiness()["build"]
    composition.kill_chroma()
    try:
        assert [service.answer(ENGLISH, "en")["text"] for service in composition.services] == before
        assert [service.readiness()["degraded"] for service in composition.services] == [["vector_store"]] * 2
        code, said = composition.ingest("run")
        assert code == 2, said
        assert composition.services[0].readiness()["build"] == served
    finally:
        composition.start_chroma()
    until(lambda: not any(_degraded_after_asking(service) for service in composition.services))


def test_without_postgres_all_are_answered_and_nothing_of_the_log_is_lost(
    composition: Composition, postgres: Postgres
) -> None:
    people = People()
    with people.asking(composition.services, ENGLISH, "en"):
        postgres.stop("immediate")
        try:
            until(lambda: all(service.readiness()["store"]["spooled"] > 3 for service in composition.services))
            assert [service.readiness()["degraded"] for service in composition.services] == [["store"]] * 2
        finally:
            postgres.start()
        until(lambda: not any(service.readiness()["degraded"] for service in composition.services))
    assert set(people.statuses) == {"answered"}
    _until_written(composition)
    stored = {number for (number,) in composition.logged("SELECT id FROM questions")}
    assert set(people.ids) <= stored
    assert [service.readiness()["store"]["lost"] for service in composition.services] == [0, 0]


def test_the_log_is_backed_up_and_restored_as_the_readme_says(composition: Composition, postgres: Postgres) -> None:
    backup, restored = composition.folder / "questions.dump", postgres.database()
    with backup.open("wb") as file:
        subprocess.run(
            [postgres.programs / "pg_dump", "--format=custom", composition.database], stdout=file, check=True
        )
    with backup.open("rb") as file:
        words = ["--clean", "--if-exists", "--no-owner", "--exit-on-error", f"--dbname={restored}"]
        subprocess.run([postgres.programs / "pg_restore", *words], stdin=file, check=True)
    copy = Composition(composition.folder, composition.knowledge, restored, {}, 0)
    everything = "SELECT id, question FROM questions ORDER BY id"
    assert copy.logged(everything) == composition.logged(everything) != []


def test_one_service_killed_leaves_the_other_at_work(composition: Composition) -> None:
    one, other = composition.services
    begun = one.answer(ENGLISH, "en")
    _until_written(composition)
    people = People()
    with people.asking([other], ENGLISH, "en"):
        one.process.kill()
        one.process.wait()
        time.sleep(0.5)
    assert set(people.statuses) == {"answered"}
    followed = other.answer("How long is it valid?", "en", conversation_id=begun["conversation_id"])
    assert followed["conversation_id"] == begun["conversation_id"]


def _degraded_after_asking(service: Service) -> list[str]:
    """Whether the store is back shows at the next search."""
    service.answer(ENGLISH, "en")
    degraded: list[str] = service.readiness()["degraded"]
    return degraded


def _until_served(composition: Composition, build: str) -> None:
    until(lambda: {service.readiness()["build"] for service in composition.services} == {build})


def _until_written(composition: Composition) -> None:
    def left() -> int:
        states = [service.readiness()["store"] for service in composition.services]
        return sum(int(state["queued"]) + int(state["spooled"]) for state in states)

    until(lambda: not left())
