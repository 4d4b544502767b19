"""What a phone asks of the site to be of use without network: who is signed in, what it keeps."""
