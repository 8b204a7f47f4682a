#!/bin/sh
# Checks one function.json as the host will: manifest_test.sh CHECK FILE NAME
exec "$1" --name "$3" "$2"
