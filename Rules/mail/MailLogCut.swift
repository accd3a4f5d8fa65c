import Review

struct MailLogCut: Check {}
