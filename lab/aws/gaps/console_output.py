"""GetConsoleOutput gives what the instance wrote; nothing while it has written nothing.

AWS: the console of the instance, base64.
moto: the same old boot of somebody else's machine for every instance.
kops: has no use for it; a rehearsal tells with it why an instance does not join. The lab's instances write theirs to the
folder that LAB_CONSOLES names.
"""

import os
from pathlib import Path

from moto.ec2.responses.general import General


def apply() -> None:
    original = General.get_console_output

    def get_console_output(self):
        answer = original(self)
        console = Path(os.environ["LAB_CONSOLES"]) / f"{answer.result['InstanceId']}.log"
        text = console.read_text(encoding="utf-8") if console.exists() else ""
        answer.result["Output"] = type(answer.result["Output"]).from_raw_string(text)
        return answer

    General.get_console_output = get_console_output
