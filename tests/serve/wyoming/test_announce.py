"""A server that others can reach is found on the network, as Home Assistant looks for it, and gone when it ends."""

import sys
import time
from contextlib import nullcontext

import pytest
import zeroconf

from chatbot.config.wyoming import Address, WyomingConfig
from chatbot.serve.wyoming import Parts, announce, serving

HERE = Address("tcp", "127.0.0.1", 10700)


class Found(zeroconf.ServiceListener):
    """Keeps which services are there."""

    def __init__(self):
        self.there, self.gone = {}, set()

    def add_service(self, zc, type_, name):
        self.there[name] = zc.get_service_info(type_, name)

    def update_service(self, zc, type_, name):
        self.add_service(zc, type_, name)

    def remove_service(self, zc, type_, name):
        self.gone.add(name)


def waited(holds, seconds=10):
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


def test_an_announced_server_is_found_and_its_end_too():
    said, found = [], Found()
    looking = zeroconf.Zeroconf(interfaces=["127.0.0.1"])
    try:
        zeroconf.ServiceBrowser(looking, announce.KIND, found)
        with announce.announced(HERE, said.append):
            assert waited(lambda: found.there)
        (name,) = found.there
        assert waited(lambda: name in found.gone)
    finally:
        looking.close()
    told = found.there[name]
    assert name.startswith("openstance-")
    assert (told.port, told.parsed_addresses()) == (10700, ["127.0.0.1"])
    assert said == []


def test_without_the_package_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    said = []
    with announce.announced(HERE, said.append):
        pass
    (line,) = said
    assert "pip install 'openstance[voice]'" in line


def test_a_network_that_does_not_take_it_is_said_and_no_more(monkeypatch):
    def refuse(**interfaces):
        raise OSError("Network is unreachable")

    monkeypatch.setattr(zeroconf, "Zeroconf", refuse)
    said = []
    with announce.announced(HERE, said.append):
        pass
    (line,) = said
    assert "Network is unreachable" in line
    assert "Enter host and port" in line


def test_a_name_that_cannot_be_had_is_said_and_no_more(monkeypatch):
    def refuse(network, service, allow_name_change):
        raise zeroconf.NonUniqueNameException

    monkeypatch.setattr(zeroconf.Zeroconf, "register_service", refuse)
    said = []
    with announce.announced(HERE, said.append):
        pass
    (line,) = said
    assert "NonUniqueNameException" in line


@pytest.mark.parametrize(
    ("uri", "setting", "told"),
    [("tcp://0.0.0.0:0", "auto", True), ("tcp://0.0.0.0:0", "off", False), ("tcp://127.0.0.1:0", "auto", False)],
)
def test_only_what_others_can_reach_is_announced(monkeypatch, uri, setting, told):
    asked = []

    def noted(address, say):
        asked.append(address.port)
        return nullcontext()

    monkeypatch.setattr("chatbot.serve.wyoming.announced", noted)
    with serving(Parts(bot=lambda: None), WyomingConfig(uri=uri, announce=setting), lambda line: None) as address:
        port = address.port
    assert asked == ([port] if told else [])


def test_everywhere_is_every_address_but_this_machines_own():
    assert announce.reachable("192.0.2.7") == ["192.0.2.7"]
    assert not [each for each in announce.reachable("0.0.0.0") if each.startswith("127.")]
