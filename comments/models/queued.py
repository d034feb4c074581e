"""The tasks that models queue, by their names: a task uses the models, so that no model can import it."""

TELL_OF_ANSWER = "comments.mails.tell_of_answer"
ANNOUNCE = "comments.follow_mails.announce"
TELL_WRITER = "comments.outcome_mails.tell_writer"
TELL_WRITERS = "comments.outcome_mails.tell_writers"
LEARN_SPAM = "comments.tasks.learn_spam"
FORGET_ERASED = "comments.tasks.forget_erased"
