/** Credentials that tell themselves apart by their form, whatever they open and wherever they stand. */
export const credentialForms: readonly RegExp[] = [
  // Access keys of AWS.
  /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/g,
  // Tokens of GitHub, GitLab, Slack, npm, Docker, Vault, Google and Stripe.
  /(?<!\w)(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|npm_\w{30,}|dckr_pat_[\w-]{20,}|hv[sbr]\.[\w-]{16,}|AIza[\w-]{35}|[rs]k_live_\w{16,})/g,
  // Addresses that whoever knows them may post to: Slack, Teams, Discord.
  /(?<=https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/]+/g,
  /(?<=https:\/\/(?:[\w-]+\.webhook\.office\.com\/webhookb2|discord(?:app)?\.com\/api\/webhooks)\/)[^\s"']+/g,
];
