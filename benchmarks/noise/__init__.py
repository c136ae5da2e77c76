"""A model of recognition noise on Mandarin text, fed with confusions measured on real recordings."""
