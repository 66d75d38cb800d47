"""What the claims on scheduling share: data, limits, peers, records, figures."""
