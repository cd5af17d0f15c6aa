# Records the call of an action, which is named by the first argument, with its inputs in $INPUTS.
printf '{"job":"%s","name":"%s","inputs":%s}\n' "$GITHUB_JOB" "$1" "$(tr -d '\n' <<< "$INPUTS")" >> "$CALLS"
