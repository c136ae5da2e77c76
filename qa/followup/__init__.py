"""The follow-up register (受理单/督办单): what calls leave to be done, and work orders held against calls."""
