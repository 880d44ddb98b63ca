"""Files for other programs: calendars, workbooks, parquet, SQL."""
