"""Run as a program: the real server around a scripted assistant that takes its time. Usage: slow_service.py DATA_DIR SECONDS."""

from __future__ import annotations

import sys
from pathlib import Path

from app.logs import configure_logs
from app.main import create_app
from app.question_log import QuestionLog
from app.serving import run_server
from app.settings import Settings
from tests.api.conftest import ScriptedAssistant

settings = Settings(_env_file=None, data_dir=Path(sys.argv[1]), port=0, rate_limit="")
configure_logs("WARNING")
log = QuestionLog.open(settings)
assistant = ScriptedAssistant(lambda answer, channel: log.record(answer, channel=channel), delay=float(sys.argv[2]))
run_server(settings, create_app(settings, assistant=assistant, log=log))
log.close()
