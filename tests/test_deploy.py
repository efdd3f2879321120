"""The files of `deploy/` are what the program that they are for reads, and name what is there."""

import configparser
import re
import shlex
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from twente_analysis.cli import main

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
RANGES = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]


def check_command(text):
    """Check that a line runs a command of `twente` that exists, with options that exist."""
    (found,) = re.findall(r"twente(?:\.exe)? ([a-z]+(?: --[a-z-]+)*)", text.split("||")[0])
    assert CliRunner().invoke(main, [*shlex.split(found), "--help"]).exit_code == 0


def unit(name):
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read_string((DEPLOY / name).read_text("utf-8"))
    return parser


def test_nothing_else_lies_there():
    names = {
        "crontab",
        "twente-briefs-failed.service",
        "twente-briefs.service",
        "twente-briefs.timer",
        "twente-briefs.xml",
        "workflow.yml",
    }
    assert {path.name for path in DEPLOY.iterdir()} == names
    operations = (ROOT / "docs/operations.md").read_text("utf-8")
    assert [name for name in names if f"deploy/{name}" not in operations.replace("\\", "/")] == []


def test_the_crontab_has_a_time_and_a_command():
    lines = [line for line in (DEPLOY / "crontab").read_text("utf-8").splitlines() if line and line[0] != "#"]
    (job,) = lines
    *fields, command = job.split(None, 5)
    for field, (least, most) in zip(fields, RANGES, strict=True):
        assert field == "*" or least <= int(field) <= most
    assert "%" not in command  # cron takes it for a new line
    assert subprocess.run(["sh", "-n", "-c", command], check=False).returncode == 0
    check_command(command)


def test_the_service_starts_one_run_that_may_write_two_folders():
    service, timer = unit("twente-briefs.service"), unit("twente-briefs.timer")
    assert timer["Timer"]["Unit"] == "twente-briefs.service"
    folder = service["Service"]["WorkingDirectory"]
    assert service["Service"]["ExecStart"].startswith(f"{folder}/.venv/bin/twente ")
    check_command(service["Service"]["ExecStart"])
    assert service["Service"]["ReadWritePaths"].split() == [f"{folder}/briefs", f"{folder}/figures"]
    assert service["Service"]["Type"] == "oneshot"
    told = unit(service["Unit"]["OnFailure"])["Service"]["ExecStart"]
    assert subprocess.run(["sh", "-n", "-c", shlex.split(told)[-1]], check=False).returncode == 0
    assert "twente-briefs " in told


def test_systemd_takes_the_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    # It looks whether the program is there.
    program = tmp_path / "twente"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for path in DEPLOY.glob("twente-briefs*.[st]*"):
        text = re.sub(r"ExecStart=\S+", f"ExecStart={program}", path.read_text("utf-8")).replace("User=twente", "")
        (tmp_path / path.name).write_text(re.sub(r"(?m)^WorkingDirectory=.*$", "", text), "utf-8")
    units = [str(path) for path in sorted(tmp_path.glob("*.*"))]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if "twente-briefs" in line]
    assert told == []
    for line in (DEPLOY / "twente-briefs.timer").read_text("utf-8").splitlines():
        if line.startswith("OnCalendar="):
            subprocess.run(["systemd-analyze", "calendar", line.partition("=")[2]], check=True, capture_output=True)


def test_the_windows_task_is_in_the_order_of_its_schema():
    task = ET.parse(DEPLOY / "twente-briefs.xml").getroot()
    assert task.tag == f"{TASK}Task"
    parts = [part.tag.rpartition("}")[2] for part in task]
    assert parts == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    assert task.find(f"{TASK}Actions").get("Context") == task.find(f".//{TASK}Principal").get("id")
    action = task.find(f".//{TASK}Exec")
    assert [part.tag.rpartition("}")[2] for part in action] == ["Command", "Arguments", "WorkingDirectory"]
    check_command(action.findtext(f"{TASK}Arguments"))
    # A second run waits for no first one.
    assert task.findtext(f".//{TASK}MultipleInstancesPolicy") == "IgnoreNew"
    assert re.fullmatch(r"PT\d+H", task.findtext(f".//{TASK}ExecutionTimeLimit"))


def test_the_workflow_calls_what_the_makefile_has():
    text = (DEPLOY / "workflow.yml").read_text("utf-8")
    assert "://" not in text
    flow = yaml.safe_load(text)
    assert set(flow) == {"name", True, "permissions", "concurrency", "jobs"}  # YAML 1.1 takes `on` for true
    assert flow["permissions"] == {"contents": "read"}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for job in flow["jobs"].values():
        assert all(len({"uses", "run"} & set(step)) == 1 for step in job["steps"])
        for command in (step["run"] for step in job["steps"] if "run" in step):
            if command.startswith("make"):
                assert f"\n{command.split()[-1]}:" in makefile
            else:
                check_command(command)
    requires = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))[1]
    assert flow["jobs"]["test"]["strategy"]["matrix"]["python"][0] == requires
