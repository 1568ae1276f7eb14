"""What Hypothesis draws: values, requests and sequences, and how they are made smaller."""
