//! Jobs that run by themselves: idempotent, batched, resumable.
