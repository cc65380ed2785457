"""Background work: ``@job`` names a handler, ``enqueue`` asks for it in the transaction that needs it.

The row is the truth. Whoever runs it (threads of a serving process, Celery workers) claims it for as long as its lease
lasts; a wake-up that gets lost costs a moment, never the job.
"""

from mobilegpt.jobs.port import enqueue, job

__all__ = ["enqueue", "job"]
