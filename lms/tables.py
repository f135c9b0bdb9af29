"""All tables of the system, imported once: what migrations and the tests compare with the database."""

import lms.audit
import lms.authoring.models
import lms.catalogue.models
import lms.certificates.check_models
import lms.certificates.credential_models
import lms.certificates.edition_models
import lms.certificates.ending_models
import lms.certificates.log_models
import lms.certificates.models
import lms.certificates.proposal_models
import lms.certificates.stops
import lms.competencies.models
import lms.exams.appealing.models
import lms.exams.marking.models
import lms.exams.models
import lms.exams.panels.models
import lms.exams.regrading.models
import lms.exams.room_models
import lms.frameworks.models
import lms.jobs
import lms.outbox
import lms.people.models
import lms.questions.models
import lms.questions.sent_models
import lms.search.models  # noqa: F401
from lms.db import Base

metadata = Base.metadata
