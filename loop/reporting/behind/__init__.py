"""Of which cases, answers, questions and promises is a figure made? By the very conditions it is counted by."""
