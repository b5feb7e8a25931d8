"""Steps: functions from typed values to a typed value. They never import each other."""
