"""The auditor's room: versions, cases with the versions they were decided under, and the journal."""
