"""What became of the rows of a file, as a file again? Who may have it the caller says."""

from pathlib import Path

from django.http import FileResponse, Http404

from loop.imports import files
from loop.models import FileImport, ImportState


def result_file(one: FileImport) -> FileResponse:
    """The rows of the file with what became of each, as CSV no spreadsheet takes for a program.

    Raises:
        Http404: nothing has been imported yet, it is being written, or it was deleted.
    """
    if one.files_gone_at is not None or not one.result_size or one.state == ImportState.RUNNING:
        raise Http404
    try:
        file = files.result_of(one).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = f"{Path(one.filename).stem}-result.csv"
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
