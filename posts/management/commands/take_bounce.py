import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from posts.bounces import NoReport, read_mail

LARGEST = 1024 * 1024  # bytes that are read
# What mail servers make of the exit status of a program that they give mail to (sysexits.h).
WRONG_DATA, COME_BACK = 65, 75


class Command(BaseCommand):
    help = (
        "Reads one mail from standard input that says that a mail of the blog's could not be delivered, or was taken "
        "for spam, and stops mail to that address. For an alias of the mail server: see docs/mail.md."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", help="read this file instead")

    def handle(self, **options):
        raw = self._read(options["file"])
        try:
            report = read_mail(raw)
            if report is None:
                self.stdout.write("It asks for nothing to be done.")
            elif report.apply():
                self.stdout.write("Mail to this address is stopped.")
            else:
                self.stdout.write("It is counted: this may pass.")
        except NoReport as error:
            raise CommandError(str(error), returncode=WRONG_DATA) from None
        except (OperationalError, InterfaceError):
            raise CommandError("The database can't be used just now.", returncode=COME_BACK) from None

    def _read(self, file):
        if not file:
            return sys.stdin.buffer.read(LARGEST)
        try:
            with open(file, "rb") as opened:
                return opened.read(LARGEST)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
