"""MobileGPT Classroom: live follow-along classes on phones, and the chat around them."""
