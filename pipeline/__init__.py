"""ikenwake (意見分け): from an inquiry workbook to decisions people can check."""
