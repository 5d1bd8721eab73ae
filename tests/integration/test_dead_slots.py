"""Dagster's pool slots: what a dead run holds, or stands in line for, does not block the next one."""

import dagster as dg
import pytest

from pipelines.defs.common import POOL
from pipelines.defs.resources import free_slots_of_dead_runs


@pytest.mark.parametrize("is_between_steps", [False, True])
def test_a_dead_run_blocks_nobody(is_between_steps: bool) -> None:
    with dg.instance_for_test(overrides={"concurrency": {"pools": {"default_limit": 1}}}) as instance:
        storage = instance.event_log_storage
        storage.initialize_concurrency_limit_to_default(POOL)
        assert storage.claim_concurrency_slot(POOL, "dead", "landing").is_claimed
        assert not storage.claim_concurrency_slot(POOL, "dead", "read_documents").is_claimed
        if is_between_steps:
            storage.free_concurrency_slot_for_step("dead", "landing")
        assert not storage.claim_concurrency_slot(POOL, "next", "landing").is_claimed
        free_slots_of_dead_runs(dg.build_init_resource_context(instance=instance))
        assert storage.claim_concurrency_slot(POOL, "next", "landing").is_claimed
