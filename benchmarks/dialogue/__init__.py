"""Text calls made up of scenes, with the verdict of every rule known from how the call was made."""
