#!/usr/bin/python3
"""Every command of samsyn against a real server: tests/clients/end_to_end.py SAMSYND SAMSYN

Makes a municipality, sets it up, goes through a meeting and a night by the command line alone, and checks
exit codes, tables and JSON on the way.
"""
import datetime
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

SAMSYND, SAMSYN = sys.argv[1:3]
DEADLINE = 60  # seconds that any single command may take


class Server:
    """A server on a port of its own, with the data in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        subprocess.run([SAMSYND, "--data", folder, "--create", "0136"], check=True, timeout=DEADLINE,
                       stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen([SAMSYND, "--data", folder, "--listen", "127.0.0.1:0", "--web", "off"],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.address = None
        for line in self.process.stdout:
            found = re.search(r'"event":"listening".*"address":"([^"]+)"', line)
            if found:
                self.address = found.group(1)
                break
        assert self.address, "the server ended"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.read()
        self.process.wait(timeout=DEADLINE)


def samsyn(token, *words, code=0, text_in=None):
    """Runs a command; what it printed. `code`: how it must end."""
    run = subprocess.run([SAMSYN, "--server", SERVER.address, "--token-file", token, *words],
                         capture_output=True, text=True, timeout=DEADLINE, input=text_in)
    if run.returncode != code:
        raise AssertionError(f"samsyn {' '.join(words)}\nended with {run.returncode}, not {code}\n"
                             f"{run.stdout}{run.stderr}")
    return run.stdout if code == 0 else run.stderr


def objects(token, *words):
    return [json.loads(line) for line in samsyn(token, "--json", *words).splitlines()]


def one(token, *words):
    found = objects(token, *words)
    assert len(found) == 1, found
    return found[0]


def short(entity):
    return entity["name"].rsplit("/", 1)[1][:8]


def setup_file(folder):
    """kommunen and a landlord, a unit each, two areas."""
    path = os.path.join(folder, "setup.json")
    m = "municipalities/0136"
    setup = one(COORDINATOR, "setup", "show")
    setup["organisations"] += [
        {"name": f"{m}/organisations/bostader", "displayName": "Exempelbostäder",
         "kind": "ORGANISATION_KIND_PROPERTY_OWNER"},
        {"name": f"{m}/organisations/polisen", "displayName": "Polisen", "kind": "ORGANISATION_KIND_POLICE"}]
    setup["areas"] = [{"name": f"{m}/areas/brandbergen", "displayName": "Brandbergen"},
                      {"name": f"{m}/areas/handen", "displayName": "Handen"}]
    setup["units"] = [
        {"name": f"{m}/units/vardar", "organisation": f"{m}/organisations/kommunen",
         "displayName": "Trygghetsvärdar", "power": "POWER_HOST"},
        {"name": f"{m}/units/rond", "organisation": f"{m}/organisations/bostader",
         "displayName": "Rondering", "power": "POWER_GUARD", "objects": [f"{m}/areas/brandbergen"]}]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(setup, file)
    return path


class Friday(unittest.TestCase):
    """One test a part; they build on each other and run in the order of their names."""

    def test_01_who_am_i(self):
        self.assertIn("samordnare", samsyn(COORDINATOR, "whoami"))
        self.assertIn("coordinator", samsyn(COORDINATOR, "--lang", "en", "whoami"))
        self.assertEqual(one(COORDINATOR, "whoami")["municipality"]["name"], "municipalities/0136")

    def test_02_setup(self):
        path = setup_file(SERVER.folder)
        self.assertIn("brandbergen", samsyn(COORDINATOR, "setup", "apply", path, "--check"))
        self.assertEqual(objects(COORDINATOR, "area", "list"), [])
        samsyn(COORDINATOR, "setup", "apply", path)
        self.assertEqual(len(objects(COORDINATOR, "area", "list")), 2)
        again = samsyn(COORDINATOR, "setup", "apply", "-", text_in=samsyn(COORDINATOR, "setup", "show"))
        self.assertIn("Inget att visa", again)
        for noun in ("organisation", "member", "unit", "area"):
            self.assertTrue(samsyn(COORDINATOR, noun, "list"))
        samsyn(COORDINATOR, "municipality", "show")

    def test_02b_a_flag_waits_for_a_second_coordinator(self):
        setup = one(COORDINATOR, "setup", "show")
        setup["organisations"].append({"name": "municipalities/0136/organisations/regionen",
                                       "displayName": "Regionen", "kind": "ORGANISATION_KIND_REGION",
                                       "authority": True})
        said = samsyn(COORDINATOR, "setup", "apply", "-", text_in=json.dumps(setup))
        self.assertIn("Väntar på andra samordnare", said)
        self.assertRegex(said, r"regionen .* ja")
        self.assertIn("samordnare", samsyn(COORDINATOR, "organisation", "list"))
        samsyn(COORDINATOR, "organisation", "decide-authority", "regionen", "--confirm", code=1)
        decided = one(COORDINATOR, "organisation", "decide-authority", "regionen")
        self.assertNotIn("authorityChange", decided)
        self.assertNotIn("authority", decided)

    def test_03_members_and_tokens(self):
        for name, organisation, roles in (("ordforande", "kommunen", "chair,secretary"),
                                          ("hyresvard", "bostader", "reporter,dispatcher"),
                                          ("polis", "polisen", "dispatcher"),
                                          ("faltare", "kommunen", "field")):
            member = one(COORDINATOR, "member", "add", "--id", name, "--organisation", organisation,
                         "--role", roles, "--name", name.title())
            if name == "faltare":
                member = one(COORDINATOR, "member", "update", name, "--unit", "vardar")
                self.assertEqual(member["units"], ["municipalities/0136/units/vardar"])
            TOKENS[name] = os.path.join(SERVER.folder, name)
            samsyn(COORDINATOR, "token", "issue", name, "--out", TOKENS[name])
            self.assertEqual(os.stat(TOKENS[name]).st_mode & 0o777, 0o600)
            self.assertIn(name, samsyn(TOKENS[name], "whoami"))
        samsyn(COORDINATOR, "member", "add", "--id", "bort", "--organisation", "kommunen", "--role", "field",
               "--function", "vaktavlösare")
        secret = samsyn(COORDINATOR, "token", "issue", "bort", "--note", "prov").strip()
        self.assertRegex(secret, r"^samsyn_0136_[0-9a-f-]+_\w+$")
        issued = [t for t in objects(COORDINATOR, "token", "list") if t.get("note") == "prov"]
        samsyn(COORDINATOR, "token", "revoke", issued[0]["name"].rsplit("/", 1)[1])
        path = os.path.join(SERVER.folder, "bort")
        with open(path, "w", encoding="utf-8") as file:
            file.write(secret)
        samsyn(path, "whoami", code=1)
        samsyn(COORDINATOR, "member", "remove", "bort")

        link = r"^https://samsyn.example/#in=samsyn_0136_[0-9a-f-]+_[0-9a-f]{64}$"
        page = ("--page", "https://samsyn.example/")
        self.assertRegex(samsyn(COORDINATOR, "login-link", "faltare", *page).strip(), link)
        drawn = samsyn(TOKENS["faltare"], "login-link", "--qr", *page).splitlines()
        self.assertRegex(drawn[-1], link, "a token makes links for its own member")
        self.assertEqual(len({len(row) for row in drawn[:-1]}), 1)
        self.assertIn("█", drawn[0])
        samsyn(TOKENS["faltare"], "login-link", "ordforande", code=1)
        path = os.path.join(SERVER.folder, "link")
        with open(path, "w", encoding="utf-8") as file:
            file.write(drawn[-1].split("=")[1])
        self.assertIn("inloggningslänk", samsyn(path, "whoami", code=1), "it opens the page and nothing else")
        self.assertIn("Inget att visa", samsyn(COORDINATOR, "session", "list"))
        samsyn(COORDINATOR, "session", "end", "00000000-0000-4000-8000-000000000000", code=1)

    def test_04_shifts_units_areas(self):
        samsyn(COORDINATOR, "unit", "upsert", "vardar", "--minimum-crew", "2")
        unit = [u for u in objects(COORDINATOR, "unit", "list") if u["name"].endswith("/vardar")][0]
        self.assertEqual((unit["minimumCrew"], unit["displayName"]), (2, "Trygghetsvärdar"))
        samsyn(COORDINATOR, "area", "upsert", "torget", "--name", "Torget", "--kind", "square",
               "--parent", "handen")
        shift = one(COORDINATOR, "shift", "register", "--unit", "vardar", "--people", "2",
                    "--from", "20:00", "--to", "03:30", "--phone", "070-000 00 00")
        changed = one(COORDINATOR, "shift", "register", "--shift", short(shift), "--people", "3")
        self.assertEqual((changed["name"], changed["people"]), (shift["name"], 3))
        self.assertIn("vardar", samsyn(COORDINATOR, "shift", "list"))

    def test_05_reports(self):
        landlord = TOKENS["hyresvard"]
        report = one(landlord, "report", "add", "--category", "vandalism", "--area", "brandbergen",
                     "--text", "Klotter vid centrum", "--severity", "2")
        self.assertEqual(report["state"], "STATE_SUBMITTED")
        STORY["report"] = report
        amended = one(landlord, "report", "amend", short(report), "--severity", "3")
        self.assertEqual((amended["severity"], amended["text"]), (3, "Klotter vid centrum"))
        self.assertIn("ogranskad", samsyn(COORDINATOR, "report", "list", "--area", "brandbergen"))
        self.assertEqual(objects(COORDINATOR, "report", "list", "--area", "handen"), [])
        samsyn(COORDINATOR, "report", "review", short(report), "accept", "--no-personal-data")
        self.assertIn("Klotter vid centrum", samsyn(COORDINATOR, "report", "show", short(report)))
        second = one(landlord, "report", "add", "--category", "oro", "--text", "Mörkt i parken")
        samsyn(COORDINATOR, "report", "review", short(second), "return", "--note", "Vilken park?")
        samsyn(landlord, "report", "retract", short(second))
        incident = one(COORDINATOR, "incident", "list")
        STORY["incident"] = incident
        samsyn(COORDINATOR, "incident", "show", short(incident))
        table = samsyn(COORDINATOR, "situation", "show")
        self.assertRegex(table, r"Brandbergen .* 1 ")
        now = one(COORDINATOR, "situation", "show")
        self.assertEqual(now["rows"][0]["actual"], 1)
        self.assertEqual(one(COORDINATOR, "situation", "show", "--as-of", now["revision"])["rows"], now["rows"])

    def test_05_words_about_persons(self):
        landlord = TOKENS["hyresvard"]
        add = ("report", "add", "--category", "disorder", "--text")
        refused = samsyn(landlord, *add, "Ärende 900118-9811", code=1)
        self.assertIn("tecken 8–18", refused)
        self.assertIn("--not-person-numbers", refused)
        self.assertNotIn("9811", refused)
        confirmed = samsyn(landlord, *add, "Ärende 900118-9811", "--not-person-numbers")
        self.assertIn("nummer som liknar ett personnummer (text, tecken 8–18)", confirmed)
        report = one(landlord, *add, "Bilen ABC 123 står kvar")
        shown = samsyn(landlord, "report", "show", short(report))
        self.assertRegex(shown, r"Kan peka ut någon +registreringsskylt \(text, tecken 7–13\)")
        amended = samsyn(landlord, "report", "amend", short(report), "--text", "Ring 070-1740605")
        self.assertIn("Kan peka ut någon: telefonnummer (text, tecken 6–16)", amended)

    def test_05_what_breaks_and_what_is_planned(self):
        landlord = TOKENS["hyresvard"]
        for place, kind, parent in (("eken-1", "property", "brandbergen"), ("gatan-4", "adress", "eken-1"),
                                    ("gatan-4a", "entrance", "gatan-4")):
            samsyn(COORDINATOR, "area", "upsert", place, "--name", place, "--kind", kind, "--parent", parent)
        defect = one(landlord, "report", "add", "--category", "otrygg miljö", "--area", "gatan-4a",
                     "--text", "Låset är trasigt")
        self.assertTrue(defect["area"].endswith("/brandbergen"))
        self.assertTrue(defect["place"].endswith("/gatan-4a"))
        self.assertEqual(defect["repair"]["state"], "STATE_REPORTED")
        self.assertIn("beställt", samsyn(COORDINATOR, "report", "repair", short(defect), "ordered",
                                         "--reference", "FA-1"))
        listed = objects(landlord, "report", "list", "--area", "eken-1", "--kind", "physical-defect",
                         "--repair", "beställt")
        self.assertEqual([one["name"] for one in listed], [defect["name"]])
        self.assertEqual(objects(landlord, "report", "list", "--responsible", "polisen"), [])
        row = one(landlord, "situation", "repairs")
        self.assertEqual((row["area"], row["ordered"]), (defect["area"], 1))
        self.assertIn("brandbergen", samsyn(landlord, "situation", "repairs"))
        moved = one(landlord, "report", "amend", short(defect), "--area", "handen")
        self.assertNotIn("place", moved)
        samsyn(COORDINATOR, "report", "repair", short(defect), "declined", code=1)
        event = one(landlord, "report", "add", "--category", "planned-event", "--text", "Disko", "--at",
                    "2026-11-27 19:00", "--until", "2026-11-27 22:00", "--repeat", "weekly", "--weekday", "fri",
                    "--repeat-until", "2027-06-30", "--skip", "2026-12-25")
        self.assertEqual(event["recurrence"]["isoWeekdays"], [5])
        held = objects(landlord, "report", "planned", "--from", "2026-12-17 12:00", "--to", "2027-01-03 12:00")
        self.assertEqual([time["startTime"][:10] for time in held], ["2026-12-18", "2027-01-01"])
        self.assertIn("2026-12-18 19:00–22:00", samsyn(landlord, "report", "planned", "--from", "2026-12-17 12:00",
                                                       "--to", "2026-12-19 12:00"))
        samsyn(landlord, "report", "planned")

    def test_06_classes_and_releases(self):
        name = "reports/" + short(STORY["report"])
        landlord = TOKENS["hyresvard"]
        held = one(landlord, "class", "set", name, "restricted")
        self.assertEqual(held["release"]["releaseClass"], "RELEASE_CLASS_RESTRICTED")
        release = one(landlord, "release", "make", name, "--to", "kommunen", "--purpose", "Lägesbild",
                      "--ground", "samtycke")
        self.assertIn("Klotter", samsyn(TOKENS["ordforande"], "report", "show", short(STORY["report"])))
        samsyn(landlord, "release", "revoke", release["name"].rsplit("/", 1)[1], "--reason", "Klart")
        samsyn(landlord, "class", "set", name, "partner", "--reason", "Mötet behöver den")

    def test_07_problems(self):
        problem = one(COORDINATOR, "problem", "create", "--statement", "Klotter varje helg", "--area",
                      "brandbergen")
        STORY["problem"] = problem
        samsyn(COORDINATOR, "problem", "link", short(problem), short(STORY["incident"]))
        samsyn(COORDINATOR, "problem", "link", short(problem), "--remove", short(STORY["incident"]))
        samsyn(COORDINATOR, "problem", "link", short(problem), short(STORY["incident"]))
        suggested = samsyn(COORDINATOR, "problem", "priorities")
        self.assertIn("1. Klotter varje helg", suggested)
        self.assertIn("oberoende källa", suggested)
        self.assertEqual(one(COORDINATOR, "problem", "priorities")["problem"]["name"], problem["name"])
        samsyn(COORDINATOR, "problem", "update", short(problem), "--cause", "Ingen belysning")
        samsyn(COORDINATOR, "problem", "close", short(problem), "--note", "Sanerat")
        samsyn(COORDINATOR, "problem", "reopen", short(problem))
        self.assertIn("Ingen belysning", samsyn(COORDINATOR, "problem", "show", short(problem)))
        self.assertIn("Klotter varje helg", samsyn(COORDINATOR, "problem", "list"))

    def test_08_the_meeting(self):
        chair = TOKENS["ordforande"]
        samsyn(chair, "meeting", "show", code=1)  # none is planned
        called_off = one(chair, "meeting", "schedule", "2030-01-04 18:00")
        samsyn(chair, "meeting", "cancel", "2030-01-04", "--note", "Helg")
        self.assertEqual(called_off["name"], "municipalities/0136/meetings/2030-01-04")
        self.assertEqual(len(objects(chair, "meeting", "dates", "--count", "3")), 3)
        self.assertIn("18:00", samsyn(chair, "meeting", "dates"))
        meeting = one(chair, "meeting", "schedule", "23:59")
        opened = one(chair, "meeting", "open")
        self.assertEqual((opened["name"], opened["phase"]), (meeting["name"], "PHASE_FOLLOW_UP"))
        open_points = {p["kind"] for p in one(chair, "meeting", "agenda")["openPoints"]}
        self.assertIn("KIND_NO_NIGHT_LEAD", open_points)
        self.assertIn("ingen kvällsansvarig", samsyn(chair, "meeting", "agenda"))
        samsyn(TOKENS["hyresvard"], "meeting", "join")
        samsyn(chair, "meeting", "join", "--organisation", "kommunen")
        self.assertIn("laget runt", samsyn(chair, "meeting", "advance"))
        samsyn(TOKENS["hyresvard"], "meeting", "round", "--text", "Två lampor trasiga")
        samsyn(chair, "meeting", "round", "--for", "kommunen")
        samsyn(chair, "meeting", "advance", "levels")
        said = samsyn(chair, "meeting", "assess", "brandbergen=yellow", "--reason", "Klotter",
                      "--rest-unchanged")
        self.assertIn("förhöjt", said)
        samsyn(chair, "meeting", "advance", meeting["name"].rsplit("/", 1)[1], "priorities")
        samsyn(chair, "meeting", "priorities", short(STORY["problem"]))
        samsyn(chair, "meeting", "advance", "decisions")
        samsyn(COORDINATOR, "meeting", "take-chair")
        samsyn(chair, "meeting", "take-chair")
        samsyn(chair, "meeting", "night-lead", "samordnare", "--phone", "070-1", "--from", "20:00",
               "--to", "04:00")

    def test_09_the_deployment(self):
        chair, landlord = TOKENS["ordforande"], TOKENS["hyresvard"]
        words = ("--aim", "Lugn kväll", "--kind", "visible-patrol", "--area", "brandbergen", "--from",
                 "2030-02-01 20:00", "--to", "23:30")
        deployment = one(chair, "deployment", "propose", *words)
        name = short(deployment)
        samsyn(landlord, "deployment", "position", name, "object", "--reason", "Fel torg")
        samsyn(chair, "deployment", "revise", name, "--problem", short(STORY["problem"]), "--responsible",
               "kommunen", "--due", "2030-02-08 18:00", "--need", "värd=1")
        samsyn(landlord, "deployment", "position", name, "support")
        samsyn(COORDINATOR, "deployment", "commit", name, "vardar")
        samsyn(COORDINATOR, "deployment", "withdraw", name, "vardar", "--reason", "Sjuk")
        samsyn(chair, "deployment", "commit", name, "vardar", "--for", "kommunen")
        samsyn(chair, "deployment", "decide", name)
        self.assertIn("överenskommen", samsyn(chair, "deployment", "list", "--state", "decided"))
        STORY["deployment"] = deployment
        held = one(chair, "deployment", "propose", *words, "--after-read-back", "--problem",
                   short(STORY["problem"]), "--responsible", "bostader", "--due", "2030-02-08 18:00")
        samsyn(landlord, "deployment", "commit", short(held), "rond")
        samsyn(chair, "deployment", "decide", short(held))
        samsyn(chair, "deployment", "offer")
        self.assertIn("Lugn kväll", samsyn(chair, "deployment", "show", short(held)))
        STORY["held"] = held
        dropped = one(chair, "deployment", "propose", *words)
        samsyn(chair, "deployment", "cancel", short(dropped), "--reason", "Dubblett")

    def test_09b_the_gate_and_stops(self):
        chair, landlord, police = TOKENS["ordforande"], TOKENS["hyresvard"], TOKENS["polis"]
        window = ("--from", "2030-02-02 18:00", "--to", "23:00")
        plan = samsyn(chair, "deployment", "suggest-stops", "--area", "handen", *window)
        self.assertIn("2030-02-02 20:00", plan)
        deployment = one(chair, "deployment", "propose", "--aim", "Lugnt torg", "--kind", "foot-stop", "--area",
                         "handen", *window, "--stops-suggested")
        self.assertEqual([stop["startTime"] for stop in deployment["stops"]],
                         ["2030-02-02T17:00:00Z", "2030-02-02T19:00:00Z", "2030-02-02T21:00:00Z"])
        revised = one(chair, "deployment", "revise", short(deployment), "--stop", "handen=18:30/12", "--stop",
                      "handen=20:00")
        self.assertEqual([stop["minutes"] for stop in revised["stops"]], [12, 15])
        guards = one(COORDINATOR, "unit", "upsert", "ordning", "--name", "Ordningsvakter", "--organisation",
                     "bostader", "--power", "public-order-guard", "--permit", "A123=handen fre-lör 20:00-03:00")
        self.assertEqual(guards["permits"][0]["hours"][0]["isoWeekdays"], [5, 6])
        stopped = samsyn(landlord, "deployment", "commit", short(deployment), "ordning", code=1)
        self.assertIn("tillståndet A123 gäller fre–lör 20–03, insatsen börjar lör 18:00", stopped)
        told = samsyn(landlord, "deployment", "check", short(deployment), "ordning")
        self.assertRegex(told, r"ordning +stopp .*A123")
        permit = ("unit", "permit", "ordning", "--number", "T7", "--area", "handen", *window)
        samsyn(landlord, *permit, code=1)
        self.assertTrue(one(police, *permit)["permits"][1]["temporary"])
        self.assertRegex(samsyn(landlord, "deployment", "check", short(deployment), "ordning"),
                         r"ordning +varning .*T7")
        samsyn(landlord, "deployment", "commit", short(deployment), "ordning")
        samsyn(chair, "deployment", "revise", short(deployment), "--problem", short(STORY["problem"]), "--responsible",
               "bostader", "--due", "2030-02-08 18:00")
        samsyn(chair, "deployment", "decide", short(deployment))
        assignment = [one for one in objects(landlord, "assignment", "list") if one.get("stops")][0]
        self.assertIn("stopp", samsyn(landlord, "assignment", "stop", short(assignment), "1", "--minutes", "11"))
        delivery = one(landlord, "deployment", "delivery", short(deployment))
        self.assertEqual((delivery["deliveredMinutes"], delivery["plannedStops"], delivery["deliveredStops"]), (11, 2, 1))
        self.assertIn("Gjorda stopp", samsyn(chair, "deployment", "delivery", short(deployment)))
        samsyn(chair, "deployment", "stand-down", short(deployment), "--reason", "Lugnt")

    def test_09c_who_is_out_tonight(self):
        chair, landlord = TOKENS["ordforande"], TOKENS["hyresvard"]
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = ((now + datetime.timedelta(minutes=m)).isoformat("T", "seconds") for m in (-20, 20))
        out = ("shift", "register", "--unit", "rond", "--people", "2", "--from", begin, "--to", end, "--phone",
               "070-1740611", "--radio-group", "Trygg 2")
        samsyn(landlord, *out, "--for", "bostader", code=1)
        shift = one(chair, *out, "--for", "bostader")
        self.assertIn("/members/ordforande", shift["recordedBy"])
        self.assertRegex(samsyn(chair, "shift", "tonight"), r"Rondering +Exempelbostäder +väktare +2 .*070-1740611 +Trygg 2")
        samsyn(landlord, "shift", "register", "--shift", short(shift), "--withdrawn")
        self.assertNotIn("Rondering", samsyn(chair, "shift", "tonight"))
        self.assertIn("Trygg 2", samsyn(chair, "shift", "list"))

    def test_10_the_night(self):
        field, chair = TOKENS["faltare"], TOKENS["ordforande"]
        assignment = one(field, "assignment", "list")
        name = short(assignment)
        samsyn(field, "assignment", "delivered", name)
        samsyn(field, "assignment", "ack", name, "seen")
        self.assertEqual(one(field, "assignment", "ack", name)["state"], "STATE_ACCEPTED")
        samsyn(field, "assignment", "status", name, "en-route")
        samsyn(field, "assignment", "status", name, "på plats")
        samsyn(field, "assignment", "note", name, "--text", "Lugnt", "--minutes", "15")
        self.assertIn("på plats", samsyn(field, "assignment", "show", name))
        samsyn(field, "position", "report", name, "59.1687,18.1375", code=1)
        samsyn(field, "position", "consent", code=2)
        self.assertIn("positionConsentTime", one(field, "position", "consent", "--yes"))
        shown = one(field, "position", "report", name, "59.1687,18.1375", "--precision", "20")
        self.assertEqual((shown["point"]["latitudeDeg"], shown["pointPrecisionM"]), (59.169, 105))
        self.assertNotIn("positionConsentTime", one(field, "position", "consent", "--no"))
        self.assertIn("Lugnt", samsyn(field, "assignment", "log", name))
        samsyn(field, "assignment", "status", name, "done", "--minutes", "20")
        samsyn(chair, "deployment", "follow-up", short(STORY["deployment"]), "successful", "--evidence",
               "Inget klotter")
        landlord = TOKENS["hyresvard"]
        theirs = one(landlord, "assignment", "list", "--unit", "rond")
        samsyn(landlord, "unit", "upsert", "rond2", "--name", "Rond 2", "--organisation", "bostader",
               "--power", "guard")
        samsyn(landlord, "unit", "upsert", "rond2", "--object", "brandbergen", code=1)
        samsyn(COORDINATOR, "unit", "upsert", "rond2", "--object", "brandbergen")
        handed = one(landlord, "assignment", "hand-over", short(theirs), "rond2", "--reason", "Byte")
        self.assertEqual(handed["replaced"]["state"], "STATE_REPLACED")
        refused = samsyn(landlord, "assignment", "replace", short(handed["assignment"]),
                         short(STORY["deployment"]), "--reason", "Prov", code=1)
        self.assertTrue(refused)
        debriefed = one(field, "assignment", "debrief", name, "as-planned", "lugnt", "--text", "Tomt efter tio")
        self.assertEqual(debriefed["debrief"]["mood"], "MOOD_CALM")
        self.assertIn("som planerat", samsyn(field, "assignment", "show", name))
        samsyn(chair, "deployment", "stand-down", "--reason", "Lugnt", code=2)
        samsyn(chair, "deployment", "stand-down", short(STORY["held"]), "--all", "--reason", "Lugnt", code=2)
        ended = objects(chair, "deployment", "stand-down", "--all", "--reason", "Lugnt")
        self.assertEqual([one["name"] for one in ended], [STORY["held"]["name"]])
        samsyn(chair, "deployment", "stand-down", short(STORY["held"]), "--reason", "Lugnt", code=1)

    def test_10_what_the_night_prints(self):
        chair = TOKENS["ordforande"]
        window = ("--from", "2030-02-01 18:00", "--to", "2030-02-02 02:00")
        grid = samsyn(chair, "coverage", "show", *window)
        self.assertRegex(grid, r"18 +19 +20 +21")
        self.assertRegex(grid, r"brandbergen +värd +0/1!")
        self.assertEqual(len(objects(chair, "coverage", "show", *window)[0]["hours"]), 8)
        page = os.path.join(SERVER.folder, "kort.html")
        said = samsyn(TOKENS["faltare"], "unit", "sheet", "vardar", *window, "--html", page)
        self.assertEqual(said.strip(), "Strängaste klass: Namngivna")
        with open(page, encoding="utf-8") as file:
            self.assertIn("Insatskort: Trygghetsvärdar", file.read())
        card = samsyn(TOKENS["faltare"], "unit", "sheet", "vardar", *window)
        self.assertIn("Ring 112", card)
        log = samsyn(chair, "log", "show")
        self.assertIn("Trygghetsvärdar: avrapportering, som planerat, lugnt: Tomt efter tio", log)
        self.assertIn("Insats överenskommen", samsyn(chair, "log", "show", "--deployment", short(STORY["deployment"])))
        report = objects(chair, "report", "list")[0]
        self.assertTrue(samsyn(chair, "report", "feedback", short(report)))

    def test_11_minutes_and_close(self):
        chair = TOKENS["ordforande"]
        minutes = samsyn(chair, "meeting", "minutes")
        self.assertIn("Två lampor trasiga", minutes)
        self.assertRegex(minutes.splitlines()[-1], "^Strängaste klass: (Samverkan|Namngivna)$")
        samsyn(TOKENS["hyresvard"], "meeting", "leave")
        before = one(chair, "situation", "show")
        samsyn(chair, "meeting", "close")
        meeting = [m for m in objects(chair, "meeting", "list") if m["phase"] == "PHASE_CLOSED"][-1]
        then = one(chair, "situation", "show", "--meeting", meeting["name"].rsplit("/", 1)[1])
        self.assertEqual((then["revision"], then["rows"]), (before["revision"], before["rows"]))
        self.assertIn("avslutat", samsyn(chair, "meeting", "list"))
        self.minutes_of(chair)

    def minutes_of(self, chair):
        """Read, approved, corrected, published."""
        minutes = one(chair, "meeting", "minutes")
        self.assertEqual((minutes["edition"], minutes["state"]), (1, "STATE_DRAFT"))
        samsyn(chair, "meeting", "minutes", "--open", code=1)  # not approved
        approved = one(chair, "meeting", "approve", "--digest", minutes["digest"])
        self.assertEqual(approved["meeting"]["phase"], "PHASE_APPROVED")
        samsyn(chair, "meeting", "approve", code=1)  # it is approved
        samsyn(chair, "meeting", "revise", "--correction", "Det var tre lampor")
        self.assertIn("Det var tre lampor", samsyn(chair, "meeting", "minutes"))
        self.assertNotIn("Det var tre lampor", samsyn(chair, "meeting", "minutes", "--edition", "1"))
        published = samsyn(chair, "meeting", "minutes", "--open")
        self.assertNotIn("lampor", published)
        self.assertEqual(published.splitlines()[-1], "Strängaste klass: Öppen")
        self.assertIn("Veckobrev", samsyn(TOKENS["hyresvard"], "meeting", "minutes", "--letter"))
        samsyn(chair, "meeting", "minutes", "--open", "--letter", code=2)
        page = os.path.join(SERVER.folder, "minutes.html")
        samsyn(chair, "meeting", "minutes", "--html", page)
        with open(page, encoding="utf-8") as file:
            self.assertTrue(file.read().startswith("<!DOCTYPE html>"))
        self.assertEqual(os.stat(page).st_mode & 0o777, 0o600)
        samsyn(chair, "meeting", "minutes", "--html", page, code=2)  # it is there

    def test_12_watch(self):
        lines = objects(COORDINATOR, "watch", "--once")
        names = [json.dumps(line) for line in lines]
        self.assertTrue(any("Klotter vid centrum" in name for name in names))
        self.assertTrue(lines[-1]["current"])
        only = objects(COORDINATOR, "watch", "--once", "--kind", "area")
        self.assertEqual(len([line for line in only if "upserted" in line]),
                         len(objects(COORDINATOR, "area", "list")))
        self.assertIn("direkt", samsyn(COORDINATOR, "watch", "--once"))
        live = subprocess.Popen([SAMSYN, "--server", SERVER.address, "--token-file", COORDINATOR, "--json",
                                 "watch", "--kind", "report"], stdout=subprocess.PIPE, text=True)
        while "current" not in json.loads(live.stdout.readline()):
            pass
        samsyn(TOKENS["hyresvard"], "report", "add", "--category", "theft", "--text", "Cykel borta")
        self.assertEqual(json.loads(live.stdout.readline())["upserted"][0]["report"]["text"], "Cykel borta")
        live.send_signal(signal.SIGINT)
        live.stdout.read()
        live.stdout.close()
        self.assertEqual(live.wait(timeout=DEADLINE), 0)

    def test_13_the_server(self):
        self.assertTrue(one(COORDINATOR, "audit", "verify")["intact"])
        self.assertIn("ja", samsyn(COORDINATOR, "audit", "verify"))
        self.assertTrue(one(COORDINATOR, "server", "status")["writable"])
        path = os.path.join(SERVER.folder, "backup")
        samsyn(COORDINATOR, "backup", path)
        self.assertGreater(os.stat(path).st_size, 1000)
        self.assertFalse(os.path.exists(path + ".part"))
        samsyn(COORDINATOR, "backup", path, code=2)

    def test_14_the_police_feed(self):
        samsyn(COORDINATOR, "member", "update", "samordnare", "--source", "https://polisen.se/api/events")
        feed = json.dumps([
            {"id": 1, "datetime": "2026-11-20 9:13:04 +01:00", "name": "20 november 08.10, Brand, Haninge",
             "summary": "Brand i papperskorg.", "url": "/a/", "type": "Brand",
             "location": {"name": "Stockholms län", "gps": "59.6,18.1"}},
            {"id": 2, "datetime": "2026-11-20 9:20:00 +01:00", "name": "20 november 08.20, Brand, Nacka",
             "summary": "Brand.", "url": "/b/", "type": "Brand",
             "location": {"name": "Stockholms län", "gps": "59.6,18.1"}}])
        path = os.path.join(SERVER.folder, "feed.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(feed)
        first = one(COORDINATOR, "import", "polisen", path)
        self.assertEqual((first["read"], first["new"], first["skipped"]), (2, 1, 1))
        second = one(COORDINATOR, "import", "polisen", path)
        self.assertEqual((second["new"], second["unchanged"]), (0, 1))
        again = ("import", "polisen", "--municipality", "0136", path)
        for language in ("sv", "en"):
            self.assertIn("read 2, new 0, amended 0, unchanged 1, skipped 1 (not ours 1;",
                          samsyn(COORDINATOR, "--lang", language, *again))
        samsyn(COORDINATOR, "import", "polisen", "--municipality", "0192", path, code=2)

    def test_14_the_survey(self):
        head = "område;mått;värde;enhet;n;svarsfrekvens;riktning\n"
        lines = ("Hela kommunen;Otrygg ute sent;28,4;procent;1545;41,8 %;högre är sämre\n"
                 "handen;Otrygg ute sent;42;procent;160;41,8 %;högre är sämre\n")
        words = ["import", "survey", "-", "--instrument", "survey", "--period", "2026-09-01/2026-10-31"]
        told = samsyn(COORDINATOR, *words, code=1, text_in=head + lines + "Atlantis;Otrygg;x;procent;1;0,4;nedåt\n")
        for fault in ["Inget skickades", "rad 4, kolumn område", "rad 4, kolumn värde", "rad 4, kolumn svarsfrekvens",
                      "rad 4, kolumn riktning", "rad 2, kolumn version"]:
            self.assertIn(fault, told)
        self.assertEqual(objects(COORDINATOR, "indicator", "list"), [])
        words += ["--instrument-version", "2022"]
        self.assertEqual(samsyn(COORDINATOR, *words, text_in=head + lines),
                         "lästa 2, nya 2, ändrade 0, oförändrade 0\n")
        self.assertEqual(samsyn(COORDINATOR, *words, text_in=head + lines),
                         "lästa 2, nya 0, ändrade 0, oförändrade 2\n")
        self.assertEqual(one(COORDINATOR, "indicator", "list", "--area", "all")["value"], 28.4)
        recorded = samsyn(COORDINATOR, "indicator", "record", "--instrument", "survey", "--instrument-version", "2026b",
                          "--measure", "Otrygg ute sent", "--period", "2026-11", "--area", "handen", "--value", "40",
                          "--unit", "percent", "--class", "partner")
        self.assertIn("Otrygg ute sent", recorded)
        handen = objects(COORDINATOR, "indicator", "list", "--area", "handen")
        self.assertEqual(sorted(bool(one.get("breaksSeries")) for one in handen), [False, True])
        walk = objects(COORDINATOR, "indicator", "record", "--instrument", "trygghetsvandring", "--instrument-version",
                       "1", "--measure", "Trygghetsvandring", "--period", "2026-10-14", "--text", "Tre lampor släckta")
        self.assertEqual(walk[0]["indicators"][0]["nature"], "NATURE_PERCEIVED")

    def test_15_how_commands_end(self):
        landlord = TOKENS["hyresvard"]
        samsyn(landlord, "audit", "verify", code=1)
        samsyn(landlord, "report", "show", "00000000-0000-5000-8000-000000000000", code=1)
        refused = samsyn(landlord, "report", "add", "--category", "theft", "--text", "x", "--severity", "9",
                         "--point", "18.1,59.2", code=1)
        self.assertIn("severity", refused)  # all that is wrong is said at once
        self.assertIn("point", refused)
        english = samsyn(landlord, "--lang", "en", "report", "show", "reports/none", code=1)
        swedish = samsyn(landlord, "report", "show", "reports/none", code=1)
        self.assertNotEqual(english, swedish)
        samsyn(landlord, "report", "add", "--category", "weather", "--text", "x", code=2)
        samsyn(landlord, "report", "fly", code=2)
        samsyn(landlord, "report", "add", code=2)
        samsyn(os.devnull, "whoami", code=2)
        away = subprocess.run([SAMSYN, "--server", "127.0.0.1:1", "--token-file", COORDINATOR, "whoami"],
                              capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(away.returncode, 3)
        self.assertIn("127.0.0.1:1", away.stderr)

    def test_16_help_and_environment(self):
        text = samsyn(COORDINATOR, "--help")
        for noun in ("whoami", "situation", "deployment", "watch", "import", "backup"):
            self.assertIn(noun, text)
        self.assertIn("Example", samsyn(COORDINATOR, "report", "--help"))
        run = subprocess.run([SAMSYN, "whoami"], capture_output=True, text=True, timeout=DEADLINE,
                             env={"SAMSYN_SERVER": SERVER.address, "SAMSYN_TOKEN_FILE": COORDINATOR})
        self.assertEqual(run.returncode, 0, run.stderr)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as data:
        SERVER = Server(data)
        COORDINATOR = os.path.join(data, "tokens", "0136-coordinator")
        TOKENS, STORY = {}, {}
        try:
            result = unittest.main(argv=sys.argv[:1], exit=False, failfast=True).result
        finally:
            SERVER.stop()
    sys.exit(0 if result.wasSuccessful() else 1)
