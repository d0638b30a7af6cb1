"""Who sees anything: on a server with `[auth]` who has signed in and is let in, on one behind a proxy whom the proxy names, else nobody."""

from pathlib import Path

import pytest

from tests.browser.conftest import BROWSER_FLAGS, RUN_APP, Screen, Server, found_browser, free_port, start_server
from tests.browser.provider import CLIENT, identity_provider

LET_IN = "ana@lender.example"


@pytest.fixture
def secrets(tmp_path, monkeypatch) -> Path:
    """The file that the servers of a test read their secrets from."""
    file = tmp_path / "secrets.toml"
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(file))
    return file


@pytest.fixture
def serve(demo_book, tmp_path):
    servers: list[Server] = []

    def serve(*words: str, port: int | None = None, path: str = "") -> str:
        servers.append(start_server(demo_book, tmp_path / f"{len(servers)}.log", *words, port=port, path=path))
        return servers[-1].url

    yield serve
    for server in servers:
        server.end()


def shown(screen: Screen) -> str:
    return screen.page.locator("body").inner_text()


def assert_nothing_of_the_book(screen: Screen) -> None:
    said = shown(screen)
    assert screen.page.locator(".js-plotly-plot").count() == 0
    assert screen.page.get_by_test_id("stSidebarNavLink").count() == 0
    assert "Overdue" not in said
    assert "Oct 2026" not in said


def test_nobody_sees_anything_before_signing_in_and_only_who_is_let_in_after(secrets, serve, open_screen):
    port, who = free_port(), {"email": "somebody@elsewhere.example"}
    with identity_provider(who) as provider:
        secrets.write_text(
            f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "of-this-test-alone-and-long-enough"
client_id = "{CLIENT}"
client_secret = "known to both"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[access]
emails = ["*@lender.example"]
""",
            encoding="utf-8",
        )
        url = serve(*RUN_APP, port=port)
        screen = open_screen(f"{url}/roll_rates?month=Oct+2026")
        assert_nothing_of_the_book(screen)
        screen.keep("sign-in")
        screen.page.get_by_role("button", name="Sign in").click()
        screen.page.get_by_text("somebody@elsewhere.example is not among those").wait_for()
        assert_nothing_of_the_book(screen.settle())
        who["email"] = LET_IN
        screen.page.get_by_role("button", name="Sign in as someone else").click()
        screen.page.get_by_role("button", name="Sign in", exact=True).click()
        screen.page.get_by_test_id("stSidebarNav").wait_for()
        assert LET_IN in shown(screen.settle())
        assert screen.page.locator(".js-plotly-plot").count() > 0
        screen.page.get_by_role("button", name="Sign out").click()
        screen.page.get_by_text("Sign in to see the book.").wait_for()
        assert_nothing_of_the_book(screen.settle())


def test_secrets_that_cannot_be_read_let_nobody_in(secrets, serve, open_screen):
    secrets.write_text("[auth\n", encoding="utf-8")
    screen = open_screen(serve(*RUN_APP))
    assert "cannot be read, so nobody is let in" in shown(screen)
    assert_nothing_of_the_book(screen)


def test_a_proxy_names_its_readers_and_who_comes_past_it_sees_nothing(secrets, serve, browser, monkeypatch):
    secrets.write_text("[access]\nemails = ['ANA@lender.example']\n", encoding="utf-8")
    monkeypatch.setenv("STREAMLIT_SERVER_TRUSTED_USER_HEADERS", '{"X-Forwarded-Email": "email"}')
    url = serve("recoup.py", "serve", "--host", "recoup.example", "--path", "recoup", "--port", path="/recoup")
    for sent, seen in (({"X-Forwarded-Email": LET_IN}, True), ({"X-Forwarded-Email": "eve@lender.example"}, False), ({}, False)):  # fmt: skip
        context = browser.new_context(extra_http_headers=sent)
        screen = Screen(context.new_page()).visit(f"{url}/recoup/overview")
        if seen:
            assert screen.page.locator(".js-plotly-plot").count() > 0
        else:
            assert_nothing_of_the_book(screen)
        context.close()


def test_a_server_is_reached_by_the_name_it_was_told_and_by_no_other(serve, browser):
    url = serve("recoup.py", "serve", "--host", "recoup.example", "--port")
    port = url.rpartition(":")[2]
    flags = [*BROWSER_FLAGS, "--host-resolver-rules=MAP *.example 127.0.0.1"]
    named = browser.browser_type.launch(executable_path=found_browser(), args=flags)
    screen = Screen(named.new_page()).visit(f"http://recoup.example:{port}/")
    assert screen.page.locator(".js-plotly-plot").count() > 0
    other = named.new_page()
    refused: list[str] = []
    # Listened for from the start: a refusal may come before anything can wait for it.
    other.on("websocket", lambda asked: asked.on("socketerror", lambda said: refused.append(said)))
    other.goto(f"http://other.example:{port}/")
    Screen(other).until(lambda: refused)
    assert other.locator(".js-plotly-plot").count() == 0
    named.close()
