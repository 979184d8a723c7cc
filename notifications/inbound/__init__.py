"""What do mail servers and mail providers tell us, and what do customers write? Bounces stop mail, automatic replies
are recognised, a customer's answer is filed at its case. Nothing here answers a mail or makes a score of one."""
