"""Cases: submitted, followed by the applicant, handled by staff, looked at by the auditor."""
